"""One lead a platform, the same text never twice: held for every mix of lines, modes and languages."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.deliveries import Act
from core.domain.lines import Account, AccountId, AccountMode, Line, LineId
from core.domain.notices import AccountPosts, NoticeId, Post, ReplyTo, Urgency
from core.rules.addressing import Stamp, address, cast, order_lines

NAMES = [LineId(name) for name in ("Red", "Green", "Blue", "Grey")]
NOW = datetime(2026, 11, 21, tzinfo=UTC)
STAMP = Stamp(NoticeId("n"), 1, "0000000", Urgency.URGENT, NOW, NOW + timedelta(days=1))


def a_fleet(modes: dict[tuple[str, str], AccountMode], languages: tuple[str, ...] = ("en",)) -> dict[LineId, Line]:
    fleet = {}
    for name in NAMES:
        accounts = tuple(
            Account(
                id=AccountId(f"{channel}:{name}"),
                channel=channel,
                handle=str(name),
                line=name,
                mode=modes[(channel, name)],
                languages=languages,
            )
            for channel in ("local", "x")
        )
        fleet[name] = Line(
            id=name, name=name, routes=(name,), colour="#000000", symbol="?", handle=name, accounts=accounts
        )
    return fleet


def posts(account: AccountId, languages: tuple[str, ...], parts: int) -> AccountPosts:
    said = []
    for language in languages:
        for part in range(1, parts + 1):
            answers = ReplyTo(revision=1, language=language, part=part - 1) if part > 1 else None
            said.append(Post(language=language, part=part, text=f"{language} {part}", spoken="…", reply_to=answers))
    return AccountPosts(account=account, posts=tuple(said))


every_mode = st.fixed_dictionaries({(c, n): st.sampled_from(AccountMode) for c in ("local", "x") for n in NAMES})


@given(every_mode, st.lists(st.sampled_from(NAMES), min_size=1, unique=True), st.sampled_from([*NAMES, None]))
def test_each_platform_hears_it_once_in_full(
    modes: dict[tuple[str, str], AccountMode], speaking: list[LineId], explicit: LineId | None
) -> None:
    fleet = a_fleet(modes, ("en", "es"))
    lines = order_lines(speaking, explicit, NAMES)
    assert sorted(lines) == sorted(speaking)
    assert explicit not in speaking or lines[0] == explicit
    on = {a.id: a for line in fleet.values() for a in line.accounts if a.mode is not AccountMode.OFF}
    casts = cast(lines, fleet, frozenset(on), frozenset())
    said = {part.lead.id: posts(part.lead.id, part.lead.languages, 2) for part in casts}
    owed = address(casts, said, STAMP, frozenset({"local", "x"}), {})
    texts = Counter((d.key.account.split(":")[0], d.post.text) for d in owed if d.post is not None)
    assert set(texts.values()) <= {1}
    assert len({d.key for d in owed}) == len(owed)
    assert all(on[d.key.account].mode is AccountMode.LIVE or d.practice for d in owed)
    for part in casts:
        live = [a for line in lines for a in fleet[line].accounts if a.channel == part.channel and a.id in on]
        first_live = next((a for a in live if a.mode is AccountMode.LIVE), live[0])
        assert part.lead.id == first_live.id


@given(st.sampled_from(NAMES))
def test_who_led_before_goes_on_leading(leader: LineId) -> None:
    fleet = a_fleet({(c, n): AccountMode.LIVE for c in ("local", "x") for n in NAMES})
    on = frozenset(a.id for line in fleet.values() for a in line.accounts)
    (local, other) = cast(tuple(NAMES), fleet, on, frozenset({AccountId(f"x:{leader}")}))
    assert local.lead.line == NAMES[0]
    assert other.lead.line == leader


def test_a_sister_reposts_the_head_of_each_language_it_speaks_and_waits_for_its_receipt() -> None:
    fleet = a_fleet({(c, n): AccountMode.LIVE for c in ("local", "x") for n in NAMES}, ("en", "es"))
    sister = fleet[NAMES[1]].accounts[1].model_copy(update={"languages": ("es",)})
    fleet[NAMES[1]] = fleet[NAMES[1]].model_copy(update={"accounts": (sister,)})
    on = frozenset(a.id for line in fleet.values() for a in line.accounts)
    casts = cast((NAMES[0], NAMES[1]), fleet, on, frozenset())
    said = {part.lead.id: posts(part.lead.id, ("en", "es"), 2) for part in casts}
    owed = address(casts, said, STAMP, frozenset({"local", "x"}), {})
    (repost,) = [d for d in owed if d.key.act is Act.REPOST]
    assert (repost.key.account, repost.key.language, repost.key.part) == (sister.id, "es", 1)
    assert repost.needs is not None
    assert repost.needs.account == "x:Red"


def test_where_a_platform_can_not_repost_only_the_lead_speaks() -> None:
    fleet = a_fleet({(c, n): AccountMode.LIVE for c in ("local", "x") for n in NAMES})
    on = frozenset(a.id for line in fleet.values() for a in line.accounts)
    casts = cast(tuple(NAMES), fleet, on, frozenset())
    said = {part.lead.id: posts(part.lead.id, ("en",), 1) for part in casts}
    owed = address(casts, said, STAMP, frozenset({"local"}), {})
    assert [d.key.account for d in owed if d.key.account.startswith("x:")] == ["x:Red"]


def test_an_update_answers_the_post_that_stands() -> None:
    fleet = a_fleet({(c, n): AccountMode.LIVE for c in ("local", "x") for n in NAMES})
    on = frozenset(a.id for line in fleet.values() for a in line.accounts)
    casts = cast((NAMES[0],), fleet, on, frozenset())
    said = {part.lead.id: posts(part.lead.id, ("en",), 2) for part in casts}
    first = ReplyTo(revision=1, language="en", part=1)
    owed = address(casts, said, STAMP, frozenset(), {AccountId("x:Red"): first})
    on_x = [d for d in owed if d.key.account == "x:Red"]
    assert on_x[0].reply_to == first
    assert on_x[1].reply_to is not None
    assert on_x[1].reply_to.part == 1
    assert on_x[1].needs == on_x[0].key
