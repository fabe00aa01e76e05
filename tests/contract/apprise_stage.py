"""Apprise set up for the contract suite: two services on loopback that keep what they are sent."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.adapters.channels.apprise import AppriseChannel
from core.domain.lines import Account
from core.ports.channel import LoginNeeded, OutcomeUnknown, Outgoing, PostDeferred, PostRefused
from tests.contract.channels import KeptInMemory, Stage, Standing, account, saying
from tests.fakes.receiver import Receiver

TOKEN = "made-up-token-of-the-address"


def secret_of(handle: str) -> str:
    """The name under which an account's address is kept."""
    return f"apprise:{handle}:url"


def nobody_listens() -> str:
    """A host and port of this machine at which nothing answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def apprise_stage() -> Iterator[Stage]:
    """The channel before a receiver of plain JSON."""
    with Receiver() as receiver:
        lead, sister = account("apprise", "green-riders"), account("apprise", "red-riders")

        def address(who: Account) -> str:
            return f"json://{receiver.host}/{who.handle}/{TOKEN}"

        kept = KeptInMemory({secret_of(who.handle): address(who) for who in (lead, sister)})

        def standing(who: Account) -> list[Standing]:
            mine = [one for one in receiver.received if one.path.startswith(f"/{who.handle}/")]
            return [Standing(id=str(n), text=json.loads(one.body)["message"]) for n, one in enumerate(mine)]

        def reached_at(url: str) -> Callable[[], Outgoing]:
            def order() -> Outgoing:
                kept.put(secret_of(lead.handle), url)
                return saying(f"meets {url.partition(':')[0]}")

            return order

        def cut_off() -> Outgoing:
            receiver.answers.append("cut")
            return saying("meets a cut")

        yield Stage(
            channel=AppriseChannel(kept),
            lead=lead,
            sister=sister,
            standing=standing,
            identity=lambda who: AppriseChannel(kept).who_am_i(who).platform_id,
            pictures=lambda who: [],
            secrets=(TOKEN, *(address(who) for who in (lead, sister))),
            errors={
                OutcomeUnknown: cut_off,
                PostRefused: lambda: saying("a" * 1001),
                PostDeferred: reached_at(f"json://{nobody_listens()}/{TOKEN}"),
                LoginNeeded: reached_at(f"unheard-of://{TOKEN}"),
            },
        )
