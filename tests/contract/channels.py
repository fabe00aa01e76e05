"""Each channel set up for the contract suite: two accounts, the platform's own record, and its ways to go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image

from core.adapters.channels.local import LocalChannel
from core.adapters.channels.x import XChannel
from core.adapters.clock import WallClock
from core.domain.deliveries import Receipt
from core.domain.lines import Account, AccountId, AccountMode, LineId
from core.ports.channel import (
    Channel,
    LoginNeeded,
    OutcomeUnknown,
    Outgoing,
    OutgoingPicture,
    PostDeferred,
    PostRefused,
)
from tests.fakes.x_server import Fault, SteppedSeconds, XAccount, XServer

SAID_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Standing:
    """What stands on a platform, by its own record. `language` and `spoken` are None where it keeps none."""

    id: str
    text: str
    reply_to: str | None = None
    repost_of: str | None = None
    language: str | None = None
    spoken: str | None = None


@dataclass
class Stage:
    """A channel ready for the suite.

    `lose_answer` makes the next publishing call take effect without an answer. `errors` provokes each error that the
    channel can raise, at the next publishing call. `lag` makes reads trail behind, `catch_up` ends that.
    """

    channel: Channel
    lead: Account
    sister: Account
    standing: Callable[[Account], list[Standing]]
    identity: Callable[[Account], str]
    secrets: tuple[str, ...]
    errors: Mapping[type[Exception], Callable[[], Outgoing]]
    pictures: Callable[[Account], list[tuple[bytes, str]]]
    """The bytes and alt text of the pictures that stand with an account's posts, by the platform's own record."""
    lose_answer: Callable[[], None] | None = None
    lose_picture: Callable[[], object] | None = None
    """Makes the next upload of a picture end without an answer, where one goes before its post."""
    lag: Callable[[], None] = lambda: None
    catch_up: Callable[[], None] = lambda: None
    now: Callable[[], datetime] = field(default=WallClock().now)


def account(channel: str, handle: str) -> Account:
    """A live account of a made-up line."""
    return Account(
        id=AccountId(f"{channel}:{handle}"),
        channel=channel,
        handle=handle,
        line=LineId("Green"),
        mode=AccountMode.LIVE,
        languages=("en",),
    )


def a_picture(alt: str = "A teal field. Made up.") -> OutgoingPicture:
    """A real picture of nothing."""
    held = BytesIO()
    Image.new("RGB", (48, 27), "teal").save(held, "JPEG")
    return OutgoingPicture(content=held.getvalue(), media_type="image/jpeg", alt=alt, width=48, height=27)


def saying(
    text: str,
    *,
    reply_to: Receipt | None = None,
    language: str = "en",
    reference: str = "7K3M9X2",
    picture: OutgoingPicture | None = None,
) -> Outgoing:
    """A post to publish. Its key is its text's: one text, one delivery."""
    return Outgoing(
        text=text,
        spoken=f"spoken: {text}",
        language=language,
        reply_to=reply_to,
        reference=reference,
        said_at=SAID_AT,
        platform_key=text.encode().hex()[:64].ljust(64, "0"),
        picture=picture,
    )


@contextmanager
def local_stage(folder: Path) -> Iterator[Stage]:
    """The local timeline on a file. Nothing comes between it and its caller, so no answer gets lost on the way."""
    channel = LocalChannel(f"sqlite:///{folder / 'local.db'}", WallClock())
    gone = Receipt(platform_id="999", at=SAID_AT)

    def standing(who: Account) -> list[Standing]:
        rows = [post for thread in channel.threads(who.handle, 100) for post in thread]
        first = {post.text: post.id for thread in channel.threads("ExampleGreen", 100) for post in thread}
        return sorted(
            (
                Standing(
                    id=row.id,
                    text=row.text,
                    reply_to=row.reply_to,
                    repost_of=first.get(row.text) if row.reposted_from else None,
                    language=row.language,
                    spoken=row.spoken,
                )
                for row in rows
            ),
            key=lambda one: int(one.id),
        )

    def pictures(who: Account) -> list[tuple[bytes, str]]:
        rows = [post for thread in channel.threads(who.handle, 100) for post in thread]
        shown = [one.picture for one in rows if one.picture is not None]
        held = [(channel.picture(one.address.removeprefix("/picture/")), one.alt) for one in shown]
        return [(one.content, alt) for one, alt in held if one is not None]

    try:
        yield Stage(
            channel=channel,
            lead=account("local", "ExampleGreen"),
            sister=account("local", "ExampleRed"),
            standing=standing,
            identity=lambda who: who.handle,
            pictures=pictures,
            secrets=(),
            errors={PostRefused: lambda: saying("answers nothing", reply_to=gone)},
        )
    finally:
        channel.close()


class KeptInMemory:
    """Secrets of a test."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def get(self, name: str) -> str | None:
        """See core.ports.secrets.Secrets."""
        return self._values.get(name)

    def put(self, name: str, value: str) -> None:
        """See core.ports.secrets.Secrets."""
        self._values[name] = value

    def forget(self, name: str) -> None:
        """See core.ports.secrets.Secrets."""
        self._values.pop(name, None)

    def names(self) -> list[str]:
        """See core.ports.secrets.Secrets."""
        return sorted(self._values)


def x_secrets(server: XServer, *accounts: XAccount) -> KeptInMemory:
    """What the channel needs to speak for these accounts of a loopback X."""
    kept = {"x:app_key": server.consumer_key, "x:app_secret": server.consumer_secret}
    for one in accounts:
        kept |= {f"x:{one.username}:token": one.token, f"x:{one.username}:token_secret": one.secret}
    return KeptInMemory(kept)


@contextmanager
def x_stage() -> Iterator[Stage]:
    """X through tweepy before the loopback server."""
    seconds = SteppedSeconds()
    with XServer(seconds, SAID_AT) as server:
        names = ("ExampleGreen", "ExampleRed")
        opened = {name: server.add_account(name, secret=f"made-up/secret+of={name}") for name in names}
        kept = x_secrets(server, *opened.values())

        def now() -> datetime:
            return SAID_AT + timedelta(seconds=seconds())

        def ordered(fault: Fault) -> Callable[[], Outgoing]:
            def order() -> Outgoing:
                server.misbehave(fault, method="POST")
                return saying(f"meets {fault.value}")

            return order

        def lose_answer() -> None:
            server.misbehave(Fault.DROP_AFTER, method="POST", path="/2/(tweets|users/.*)")

        yield Stage(
            channel=XChannel(kept, base_url=server.url, connect_seconds=5, answer_seconds=20, now=now),
            lead=account("x", names[0]),
            sister=account("x", names[1]),
            standing=lambda who: [
                Standing(id=one.id, text=one.text, reply_to=one.reply_to, repost_of=one.repost_of)
                for one in server.live(who.handle)
            ],
            identity=lambda who: opened[who.handle].id,
            pictures=lambda who: [
                (held.content, held.alt_text)
                for one in server.live(who.handle)
                for held in map(server.media, one.media_ids)
            ],
            lose_picture=lambda: server.misbehave(Fault.DROP_AFTER, path="/2/media.*"),
            secrets=tuple(kept.get(name) or "" for name in kept.names()),
            errors={
                PostRefused: ordered(Fault.NOT_PERMITTED),
                PostDeferred: ordered(Fault.TOO_MANY),
                OutcomeUnknown: ordered(Fault.FAIL_AFTER),
                LoginNeeded: ordered(Fault.SUSPENDED),
            },
            lose_answer=lose_answer,
            lag=lambda: server.set_read_lag(20),
            catch_up=lambda: seconds.advance(30),
            now=now,
        )


STAGED = ("apprise", "bluesky", "local", "mastodon", "webhook", "x")


def staged(name: str, folder: Path) -> AbstractContextManager[Stage]:
    """The set-up of one channel; a new channel is one more line."""
    from tests.contract.apprise_stage import apprise_stage
    from tests.contract.bluesky_stage import bluesky_stage  # it stands on what is above
    from tests.contract.mastodon_stage import mastodon_stage  # so does this
    from tests.contract.webhook_stage import webhook_stage  # and this

    return {
        "apprise": apprise_stage,
        "bluesky": bluesky_stage,
        "local": lambda: local_stage(folder),
        "mastodon": mastodon_stage,
        "webhook": webhook_stage,
        "x": x_stage,
    }[name]()
