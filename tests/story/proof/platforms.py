"""The three platforms of a proof on loopback: each loses a fifth of its replies and keeps the record that judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from tests.fakes.mastodon_server import Fault as MastodonFault
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misbehaving_proxy import Mishap, misbehaving
from tests.fakes.pds import REPOST, RunningPds
from tests.fakes.x_server import Fault, Limits, Order, XServer

HANDLES = ("ExampleGreen", "ExampleRed", "ExampleBlue")
LOST = 0.2
_REMOVES = "/api/v1/statuses/[0-9]+(/unreblog)?"
Watch = Callable[[str], object]


@dataclass(frozen=True)
class OnRecord:
    """One post or repost as its platform has it; `stands` is False once it was deleted."""

    id: str
    handle: str
    text: str
    repost_of: str | None
    stands: bool


class Platform(Protocol):
    """One platform, shared by all rounds: a round begins with an empty record."""

    name: str
    channel: str
    """Its settings in lines.yaml."""
    environ: dict[str, str]
    keeps_deleted: bool
    """The record also holds what was deleted."""

    def handle_there(self, handle: str) -> str:
        """A line's handle, as it is on this platform."""

    def begin(self) -> None:
        """A new round, with an empty record."""

    def lose(self, seed: int, removals: str | None, times: int = 1) -> None:
        """A fifth of the replies to posts get lost by this seed; `removals` says how the first to removals do."""

    def watch(self, told: Watch) -> None:
        """Who is told of each request."""

    def record(self) -> Sequence[OnRecord]:
        """What was accepted since the round began, in order."""

    def lost(self) -> Counter[str]:
        """How each reply that was lost since the round began got lost."""


class OnX:
    """The loopback X; reads lag behind."""

    name, keeps_deleted = "x", True

    def __init__(self, stack: ExitStack, read_lag: float) -> None:
        self._x = stack.enter_context(XServer(limits=Limits.none()))
        self._x.refuse_duplicates(False)
        self._x.set_read_lag(read_lag)
        limits = "connect_limit: 1s, answer_limit: 1s"
        self.channel = f"{{limit: 280, base_url: '{self._x.url}', {limits}}}"
        accounts = {handle: self._x.add_account(handle) for handle in HANDLES}
        self.environ = {
            "SUBWAY_FLEET_SECRET_X_APP_KEY": self._x.consumer_key,
            "SUBWAY_FLEET_SECRET_X_APP_SECRET": self._x.consumer_secret,
            **{f"SUBWAY_FLEET_SECRET_X_{name.upper()}_TOKEN": one.token for name, one in accounts.items()},
            **{f"SUBWAY_FLEET_SECRET_X_{name.upper()}_TOKEN_SECRET": one.secret for name, one in accounts.items()},
        }
        self._posts = self._requests = 0
        self._orders: list[Order] = []

    def handle_there(self, handle: str) -> str:
        return handle

    def begin(self) -> None:
        self._posts, self._requests = len(self._x.posts()), len(self._x.requests)

    def lose(self, seed: int, removals: str | None, times: int = 1) -> None:
        self._x.lossy(LOST, seed)
        for order in self._orders:
            order.times = 0
        # It lands when the next call comes in: after its reply was given up, and before anybody could know better.
        self._orders = [self._x.misbehave(Fault.LATE_EFFECT, method="POST", after_requests=0)]
        if removals is not None:
            self._orders.append(self._x.misbehave(Fault(removals), times=times, method="DELETE"))

    def watch(self, told: Watch) -> None:
        self._x.site.watch = told

    def record(self) -> Sequence[OnRecord]:
        return [
            OnRecord(one.id, one.username, one.text, one.repost_of, not one.deleted)
            for one in self._x.posts()[self._posts :]
        ]

    def lost(self) -> Counter[str]:
        return Counter(one.fault for one in self._x.requests[self._requests :] if one.fault is not None)


class OnMastodon:
    """mastodon_mock behind its proxy; it forgets what it heard when a round is over."""

    name, keeps_deleted = "mastodon", True

    def __init__(self, stack: ExitStack) -> None:
        tokens = {handle: f"made-up/token+of={handle}" for handle in HANDLES}
        self._server = stack.enter_context(MastodonServer(tokens))
        self.channel = f"{{base_url: '{self._server.url}', connect_limit: 1s, answer_limit: 1s}}"
        self.environ = {
            f"SUBWAY_FLEET_SECRET_MASTODON_{handle.upper()}_TOKEN": token for handle, token in tokens.items()
        }
        self._heard: set[str] = set()
        self._struck = 0

    def handle_there(self, handle: str) -> str:
        return handle

    def begin(self) -> None:
        self._heard = {one.id for handle in HANDLES for one in self._server.posts(handle)}
        self._struck = len(self._server.way.struck)
        self._server.way.windows.clear()  # many rounds lie in one window: each begins as if it were a day's first

    def lose(self, seed: int, removals: str | None, times: int = 1) -> None:
        self._server.way.ignores_keys = seed % 2 == 1
        self._server.lossy(LOST, seed)
        self._server.way.faults.orders.clear()
        if removals is not None:
            self._server.misbehave(MastodonFault(removals), times=times, method="DELETE|POST", path=_REMOVES)

    def watch(self, told: Watch) -> None:
        self._server.way.watch = told

    def record(self) -> Sequence[OnRecord]:
        every = {handle: self._server.posts(handle) for handle in HANDLES}
        up = {one.id for posts in every.values() for one in posts if one.stands}
        return [
            # Mastodon removes the reposts of what it removes (RemoveStatusService#remove_reblogs); the mock does not.
            OnRecord(one.id, handle, one.text, one.repost_of, one.stands and (one.repost_of or one.id) in up)
            for handle, posts in every.items()
            for one in posts
            if one.id not in self._heard
        ]

    def lost(self) -> Counter[str]:
        return Counter(fault.value for fault in self._server.way.struck[self._struck :])


class OnBluesky:
    """A real PDS behind a proxy that loses replies."""

    name, keeps_deleted = "bluesky", False

    def __init__(self, stack: ExitStack, pds: RunningPds, names: str) -> None:
        """`names` is what its accounts' handles end with: several share the server."""
        self._pds = pds
        self._accounts = {handle: pds.add_account(f"{handle[len('Example') :]}-{names}-") for handle in HANDLES}
        self._proxy = stack.enter_context(misbehaving(pds.url))
        self.channel = f"{{base_url: '{self._proxy.url}', connect_limit: 1s, answer_limit: 1s}}"
        self.environ = {
            f"SUBWAY_FLEET_SECRET_BLUESKY_{_variable(one.handle)}_PASSWORD": one.password
            for one in self._accounts.values()
        }
        self._heard: set[str] = set()
        self._asked = 0

    def handle_there(self, handle: str) -> str:
        return self._accounts[handle].handle

    def begin(self) -> None:
        self._heard = {one.id for one in self._standing()}
        self._asked = len(self._proxy.asked)

    def lose(self, seed: int, removals: str | None, times: int = 1) -> None:
        self._proxy.behave()
        self._proxy.lossy(LOST, seed, path="com.atproto.repo.createRecord")
        if removals is not None:
            self._proxy.order(Mishap(removals), method="POST", path="com.atproto.repo.deleteRecord", times=times)

    def watch(self, told: Watch) -> None:
        self._proxy.watch = told

    def record(self) -> Sequence[OnRecord]:
        return [one for one in self._standing() if one.id not in self._heard]

    def lost(self) -> Counter[str]:
        return Counter(one.mishap.value for one in self._proxy.asked[self._asked :] if one.mishap is not None)

    def _standing(self) -> list[OnRecord]:
        return [
            _on_record(handle, one)
            for handle, account in self._accounts.items()
            for one in [*self._pds.records(account), *self._pds.records(account, REPOST)]
        ]


def _on_record(handle: str, record: dict[str, Any]) -> OnRecord:
    value = record["value"]
    return OnRecord(record["uri"], handle, value.get("text", ""), value.get("subject", {}).get("uri"), True)


def _variable(name: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in name).upper()
