"""Mastodon set up for the contract suite: two accounts on the loopback server, its record, and its ways to go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.adapters.channels.mastodon import MastodonChannel
from core.ports.channel import LoginNeeded, OutcomeUnknown, Outgoing, PostDeferred, PostRefused
from tests.contract.channels import KeptInMemory, Stage, Standing, account, saying
from tests.fakes.mastodon_server import Fault, MastodonServer


def mastodon_secrets(*handles: str) -> KeptInMemory:
    """A made-up token for each account."""
    return KeptInMemory({f"mastodon:{handle}:token": f"made-up/token+of={handle}" for handle in handles})


def mastodon_with(kept: KeptInMemory) -> MastodonServer:
    """A loopback Mastodon that knows these tokens."""
    return MastodonServer({name.split(":")[1]: kept.get(name) or "" for name in kept.names()})


@contextmanager
def mastodon_stage() -> Iterator[Stage]:
    """Mastodon through Mastodon.py before the loopback server."""
    names = ("ExampleGreen", "ExampleRed")
    kept = mastodon_secrets(*names)
    with mastodon_with(kept) as server:

        def ordered(fault: Fault) -> Callable[[], Outgoing]:
            def order() -> Outgoing:
                server.misbehave(fault, method="POST")
                return saying(f"meets {fault.value}")

            return order

        def lose_answer() -> None:
            server.misbehave(Fault.DROP_AFTER, method="POST", path="/api/v1/statuses.*")

        yield Stage(
            channel=MastodonChannel(kept, base_url=server.url),
            lead=account("mastodon", names[0]),
            sister=account("mastodon", names[1]),
            standing=lambda who: [
                Standing(one.id, one.text, one.reply_to, one.repost_of, one.language) for one in server.live(who.handle)
            ],
            identity=lambda who: server.identity(who.handle),
            pictures=lambda who: server.pictures(who.handle),
            lose_picture=lambda: server.misbehave(Fault.DROP_AFTER, path="/api/v2/media"),
            secrets=tuple(kept.get(name) or "" for name in kept.names()),
            errors={
                PostRefused: ordered(Fault.INVALID),
                PostDeferred: ordered(Fault.TOO_MANY),
                OutcomeUnknown: ordered(Fault.FAIL_AFTER),
                LoginNeeded: ordered(Fault.DISABLED),
            },
            lose_answer=lose_answer,
            lag=server.freeze_reads,
            catch_up=server.thaw_reads,
        )
