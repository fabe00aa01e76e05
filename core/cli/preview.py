"""`preview`: the exact posts per account, with their length and price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from core.cli.records import (
    When,
    aware,
    columns_option,
    flags_of,
    incident_flags,
    reason_aside,
    records_argument,
    rows_in,
)
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.domain.deliveries import Act
from core.domain.holding import MICROS
from core.domain.incidents import Incident
from core.domain.lines import Account, LinkPolicy
from core.domain.notices import Post
from core.flow.knowledge import Knowledge
from core.flow.rehearse import Rehearsal, rehearse
from core.ports.source import BadRow
from core.render.compose import compose
from core.render.links import find_links
from core.render.price import cost as cost_of
from core.render.price import price


@click.command()
@records_argument
@columns_option
@click.option("--at", "at", type=When(), help="Judge it at this time. Default: now.")
@incident_flags
@json_option
@pass_session
def preview(
    session: Session, /, records: str | None, columns: str | None, at: datetime | None, as_json: bool, **values: Any
) -> int:
    """The exact posts per account, with length and price, and what the gate would say. Nothing is posted.

    RECORDS is a file (CSV, JSON or JSON Lines), JSON itself, or - for JSON on standard input; without it, flags
    describe one incident. Lengths are by each platform's own count, prices as lines.yaml has them. The reference is
    shown as 0000000; the real one has the same length. Accounts that are off are left out.

    \b
    Example:
      run_fleet.py preview --station "125 ST" --train A --direction southbound --offence ROBBERY
    """
    now = datetime.now(UTC) if at is None else aware(session, at)
    know = session.workshop.knowledge(session.settings)
    bots = session.workshop.bots(session.settings)
    results: list[dict[str, Any]] = []
    for row in rows_in(session, records, columns, flags_of(values), now):
        if isinstance(row, BadRow) or not isinstance(row.record, Incident):
            result: dict[str, Any] = {"position": row.position, "set_aside": reason_aside(row)}
        else:
            result = {"position": row.position, **_fields(know, rehearse(know, bots, row.record, now))}
        results.append(result)
        if not as_json:
            _say(result)
    if as_json:
        print_json(results)
    return 0


def _fields(know: Knowledge, found: Rehearsal) -> dict[str, Any]:
    ruling = found.ruling
    accounts, total = [], 0.0
    for part in found.casts:
        posts = found.posts_of(part.lead.id)
        said = posts.posts if posts is not None else ()
        reposted = {sister.id: _reposts_price(said, sister) for sister in part.sisters} if said else {}
        own = price(part.lead, said)
        cost = own + sum(reposted.values())
        total += cost
        limit = know.voice.limits[part.lead.id]
        accounts.append(
            {
                "account": part.lead.id,
                "mode": part.lead.mode.value,
                "price": round(cost, 4),
                "price_posts": round(own, 4),
                "price_reposts": {sister: round(each, 4) for sister, each in reposted.items()},
                "links": part.lead.links.value,
                "links_cut": _links_cut(found, know, part.lead, said),
                "reposts": [account.id for account in part.sisters],
                "posts": [
                    {
                        "language": post.language,
                        "part": post.part,
                        "text": post.text,
                        "spoken": post.spoken,
                        "length": limit.length(post.text),
                        "limit": limit.maximum,
                        "price": cost_of(part.lead, Act.POST, post) / MICROS,
                        "links": len(find_links(post.text)),
                    }
                    for post in said
                ],
            }
        )
    return {
        "gate": None if ruling is None else {"verdict": ruling.verdict.value, "rule": ruling.rule, "why": ruling.why},
        "placement": {"answer": found.placement.kind, "why": found.placement.why},
        "accounts": accounts,
        "price": round(total, 4),
    }


def _reposts_price(said: Sequence[Post], sister: Account) -> float:
    """A sister reposts once per language that it speaks, or, speaking none of them, once."""
    languages = {post.language for post in said}
    return sister.price_post * max(1, len(languages & set(sister.languages)))


def _links_cut(found: Rehearsal, know: Knowledge, account: Account, said: Sequence[Post]) -> int:
    """How many links the account's `links` cut out of what it would say otherwise."""
    if found.draft is None or account.links is not LinkPolicy.DROP or not said:
        return 0
    keeping = account.model_copy(update={"links": LinkPolicy.KEEP})
    [whole] = compose(found.draft, [keeping], know.voice, 1)
    return sum(len(find_links(post.text)) for post in whole.posts) - sum(len(find_links(post.text)) for post in said)


def _say(result: dict[str, Any]) -> None:
    say(result["position"], bold=True)
    if "set_aside" in result:
        say(f"  set aside: {result['set_aside']}")
        return
    gate = result["gate"]
    if gate is None:
        say(f"  no line: {result['placement']['answer']}, {result['placement']['why']}")
        return
    say(f"  the gate: {gate['verdict']} by {gate['rule']}: {gate['why']}")
    for account in result["accounts"]:
        if not account["posts"]:
            say(f"  {account['account']}: it has no words, so nothing would be posted")
            continue
        say(f"\n  {account['account']} ({account['mode']}), ${account['price']:.3f}", fg="cyan")
        if account["links_cut"]:
            say(f"  {account['links_cut']} links cut out, since `links` is drop", dim=True)
        for post in account["posts"]:
            say(f"  {post['language']} {post['part']}: {post['length']} of {post['limit']}", dim=True)
            for line in post["text"].splitlines():
                say(f"    {line}")
        if account["reposts"]:
            each = [f"{name} (${account['price_reposts'].get(name, 0):.3f})" for name in account["reposts"]]
            say(f"  reposted by {', '.join(each)}", dim=True)
    say(f"\n  all together ${result['price']:.3f}")
