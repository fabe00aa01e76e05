"""Bluesky set up for the contract suite: the channel before a proxy that goes wrong, before a real PDS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from core.adapters.channels.bluesky import BlueskyChannel
from core.domain.deliveries import Receipt
from core.ports.channel import LoginNeeded, OutcomeUnknown, Outgoing, PostDeferred, PostRefused
from tests.contract.channels import SAID_AT, KeptInMemory, Stage, Standing, account, saying
from tests.fakes.misbehaving_proxy import Answer, Mishap, misbehaving
from tests.fakes.pds import REPOST, Pds, PdsAccount, shared_pds

CREATE, UPLOAD = "com.atproto.repo.createRecord", "com.atproto.repo.uploadBlob"


def bluesky_secrets(*accounts: PdsAccount) -> KeptInMemory:
    """What the channel needs to speak for these accounts."""
    return KeptInMemory({f"bluesky:{one.handle}:password": one.password for one in accounts})


def standing_on(pds: Pds, who: PdsAccount) -> list[Standing]:
    """Posts and reposts of an account, oldest first, by the server's own listing."""
    try:
        records = pds.records(who) + pds.records(who, REPOST)
    except requests.HTTPError:  # a suspended account shows nothing
        return []
    return [_standing(one) for one in sorted(records, key=lambda one: str(one["value"]["createdAt"]))]


def _standing(record: dict[str, Any]) -> Standing:
    value = record["value"]
    return Standing(
        id=record["uri"],
        text=value.get("text", ""),
        reply_to=value.get("reply", {}).get("parent", {}).get("uri"),
        repost_of=value.get("subject", {}).get("uri"),
        language=next(iter(value.get("langs", [])), None),
    )


def pictures_on(pds: Pds, who: PdsAccount) -> list[tuple[bytes, str]]:
    """The pictures of an account's posts: the bytes that the server serves, and the alt texts of the records."""
    return [
        (pds.blob(who, shown["image"]["ref"]["$link"]), shown["alt"])
        for one in pds.records(who)
        for shown in one["value"].get("embed", {}).get("images", [])
    ]


@contextmanager
def bluesky_stage() -> Iterator[Stage]:
    """Two new accounts of the shared PDS."""
    pds = shared_pds()
    opened = {one.handle: one for one in (pds.add_account("ExampleGreen"), pds.add_account("ExampleRed"))}
    lead, sister = opened
    kept = bluesky_secrets(*opened.values())
    gone = Receipt(platform_id=f"at://{opened[lead].did}/app.bsky.feed.post/3jzfcijpj2z2a", at=SAID_AT)
    with misbehaving(pds.url) as proxy:

        def ordered(mishap: Mishap, answer: Answer | None = None) -> Callable[[], Outgoing]:
            def order() -> Outgoing:
                proxy.order(mishap, path=CREATE, answer=answer)
                return saying(f"meets {mishap.value}")

            return order

        def suspended() -> Outgoing:
            pds.suspend(opened[lead])
            return saying("by a suspended account")

        yield Stage(
            channel=BlueskyChannel(kept, base_url=proxy.url),
            lead=account("bluesky", lead),
            sister=account("bluesky", sister),
            standing=lambda who: standing_on(pds, opened[who.handle]),
            identity=lambda who: opened[who.handle].did,
            pictures=lambda who: pictures_on(pds, opened[who.handle]),
            lose_picture=lambda: proxy.order(Mishap.DROP_AFTER, path=UPLOAD),
            secrets=tuple(kept.get(name) or "" for name in kept.names()),
            errors={
                PostRefused: lambda: saying("answers nothing", reply_to=gone),
                PostDeferred: ordered(Mishap.ANSWER_BEFORE, Answer(429)),
                OutcomeUnknown: ordered(Mishap.ANSWER_AFTER, Answer(502)),
                LoginNeeded: suspended,
            },
            lose_answer=lambda: proxy.order(Mishap.DROP_AFTER, path=CREATE),
        )
