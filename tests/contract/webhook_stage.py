"""The webhook before a partner's endpoint on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.adapters.channels.webhook import KEY, WebhookChannel
from core.domain.lines import Account
from core.ports.channel import LoginNeeded, OutcomeUnknown, Outgoing, PostDeferred, PostRefused
from tests.contract.channels import KeptInMemory, Stage, Standing, account, saying
from tests.fakes.endpoint import NAME, Endpoint

MADE_UP_KEY = "made-up-webhook-key"


@contextmanager
def webhook_stage() -> Iterator[Stage]:
    """One endpoint for all handles; its own record is the judge."""
    with Endpoint(MADE_UP_KEY) as endpoint:

        def meets(*faults: int | str) -> Callable[[], Outgoing]:
            def provoke() -> Outgoing:
                endpoint.misbehave("notice.posted", *faults)
                return saying(f"meets {faults}")

            return provoke

        def standing(who: Account) -> list[Standing]:
            return [
                Standing(id=one.id, text=one.text, reply_to=one.reply_to, language=one.language, spoken=one.spoken)
                for one in endpoint.held.values()
                if one.handle == who.handle
            ]

        yield Stage(
            channel=WebhookChannel(KeptInMemory({KEY: MADE_UP_KEY}), endpoint.url, 5, 20),
            lead=account("webhook", "ExampleGreen"),
            sister=account("webhook", "ExampleRed"),
            standing=standing,
            identity=lambda who: NAME,
            pictures=lambda who: [],
            secrets=(MADE_UP_KEY,),
            errors={
                PostRefused: meets(422),
                PostDeferred: meets(429),
                OutcomeUnknown: meets(500),
                LoginNeeded: meets(401),
            },
            lose_answer=lambda: endpoint.misbehave("notice.posted", "cut"),
        )
