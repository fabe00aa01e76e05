"""A fleet that is killed again and again on a platform that loses answers, and its judge: the platform's own record."""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes.example_fleet import write_fleet
from tests.fakes.x_server import Fault, Limits, XPost, XServer
from tests.story.driven import Driven

HANDLES = ("ExampleGreen", "ExampleRed", "ExampleBlue")
LANGUAGES = {"Ref": "en", "Referencia": "es"}
STATIONS = {
    "Harbour": "ExampleGreen",
    "Old Mill": "ExampleRed",
    "Museum": "ExampleBlue",
    "Central": "ExampleRed",
    "Fish Market": "ExampleGreen",
    "Bell Tower Square": "ExampleRed",
    "Orchard Road": "ExampleBlue",
    "Upper Lock": "ExampleGreen",
    "Lantern Hill": "ExampleGreen",
    "Quarry End": "ExampleGreen",
}
"""Station → the handle that leads there."""
SHARED = {"Central": "ExampleBlue"}
"""Station → the sister handle that reposts."""
SILENCE = 5.0
"""A fleet that says nothing for so long has nothing more to say."""
_MARK = re.compile(r"\b(Ref|Referencia) ([0-9B-DF-HJ-NP-TV-Z]{7})(?: \((\d)/(\d)\))?\s*$")


@dataclass(frozen=True)
class Fed:
    """One incident as it was handed in: where, and at which minute of the clock (no two share both)."""

    number: str
    station: str
    at: datetime


def incidents(count: int, now: datetime, apart: timedelta = timedelta(minutes=5)) -> list[Fed]:
    """Made-up incidents of the last hours, each at a minute of its own."""
    last = now.replace(second=0, microsecond=0) - timedelta(minutes=10)
    names = list(STATIONS)
    return [Fed(f"MADE-UP-{n}", names[n % len(names)], last - n * apart) for n in range(count)]


def feed(fed: Sequence[Fed], file: Path, now: datetime) -> None:
    """Drop them into the watched folder as one file."""
    rows = [
        {
            "authority": "Example Transit Police",
            "number": one.number,
            "occurred_from": one.at.isoformat(),
            "known_at": (now - timedelta(minutes=5)).isoformat(),
            "offence_code": "ROB",
            "place": {"station": one.station},
        }
        for one in fed
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}")
    draft.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    draft.rename(file)


SOURCES = "[{name: bureau, kind: folder, path: inbox, columns: bureau, every: 1s}]"


def live_fleet(folder: Path, x: XServer, delivery: str, daily_limit: int) -> Driven:
    """A fleet live on this X in two languages, its posts short enough to need threads, every handle connected."""
    brakes = "posts_per_hour: 100000, fleet_posts_per_hour: 100000, failures_before_rest: 1000"  # proven elsewhere
    delivery = f"{delivery.removesuffix('}')}, {brakes}}}"
    limits = f"{{limit: 160, base_url: '{x.url}', answer_limit: 1s, connect_limit: 1s}}"
    config = write_fleet(
        folder, languages="en, es", sources=SOURCES, x=limits, delivery=delivery, daily_limit=daily_limit
    )
    environ = {
        "SUBWAY_FLEET_SECRET_X_APP_KEY": x.consumer_key,
        "SUBWAY_FLEET_SECRET_X_APP_SECRET": x.consumer_secret,
    }
    for handle in HANDLES:
        account = x.add_account(handle)
        environ[f"SUBWAY_FLEET_SECRET_X_{handle.upper()}_TOKEN"] = account.token
        environ[f"SUBWAY_FLEET_SECRET_X_{handle.upper()}_TOKEN_SECRET"] = account.secret
    driven = Driven(config, environ)
    driven.join_staff()
    for handle in HANDLES:
        driven.must("accounts", "connect", f"x:{handle}")
    return driven


def open_x() -> XServer:
    """An X without limits that lets a double post stand, so that it shows."""
    x = XServer(limits=Limits.none())
    x.refuse_duplicates(False)
    return x


def kill_once(driven: Driven, x: XServer, chance: random.Random) -> str:
    """One run that is killed at a drawn moment; which kind of moment it was."""
    with driven.start("run", "--no-pages", "--from", "start") as fleet:
        fleet.wait_for_lines(1, "The fleet runs")
        kind = chance.choice(("at once", "between posts", "with its answer on the way", "with its request lost"))
        if kind == "at once":
            return kind
        fleet.wait_for_lines(chance.randint(1, 30), "@Example", SILENCE)
        if kind == "between posts":
            return kind
        fault = Fault.DROP_BEFORE if kind == "with its request lost" else Fault.ANSWER_LATE
        order = x.misbehave(fault, method="POST", path=".*/(tweets|retweets)")
        order.struck.wait(SILENCE)
        fleet.kill()
        order.times = 0
        order.release()
        return kind


def until_quiet(driven: Driven, tries: int = 6) -> int:
    """Run `once` until it says that the queue is empty; how often it took."""
    for number in range(1, tries + 1):
        if driven.call("once", "--from", "start", "--quiet", "--patience", "60").returncode == 0:
            return number
    raise AssertionError(driven.call("status").stdout)


@dataclass
class Verdict:
    """What the platform's record says about the list that was fed in."""

    expected: int
    once: int
    twice: list[str]
    lost: list[str]
    strange: list[str]

    @property
    def good(self) -> bool:
        return not (self.twice or self.lost or self.strange)


def judge(fed: Sequence[Fed], record: Sequence[XPost], zone: Callable[[datetime], datetime]) -> Verdict:
    """Every (notice, language, part) and every repost exactly once, by the platform's record alone."""
    verdict = Verdict(0, 0, [], [], [])
    parts: dict[tuple[str, str, str], dict[int, list[XPost]]] = defaultdict(lambda: defaultdict(list))
    totals: dict[tuple[str, str, str], int] = {}
    for post in (one for one in record if one.kind == "post"):
        mark = _MARK.search(post.text)
        if mark is None:
            verdict.strange.append(post.text)
            continue
        word, reference, part, total = mark.groups()
        thread = (post.username, reference, LANGUAGES[word])
        parts[thread][int(part or 1)].append(post)
        totals[thread] = int(total or 1)
    reposts = Counter((one.username, one.repost_of) for one in record if one.kind == "repost")
    wanted = {(one.station, _minute(zone(one.at)), language): one for one in fed for language in LANGUAGES.values()}
    met: Counter[tuple[str, str, str]] = Counter()
    for (handle, reference, language), said in parts.items():
        key = _about(" ".join(posts[0].text for _, posts in sorted(said.items()) if posts), language, wanted)
        if key is None or STATIONS[key[0]] != handle:
            verdict.strange.append(f"{handle} {reference} {language}")
            continue
        met[key] += 1
        for part in range(1, totals[handle, reference, language] + 1):
            _count(verdict, f"{handle} {key} part {part}", len(said[part]))
        if key[0] in SHARED and said[1]:
            _count(verdict, f"repost of {key}", reposts.pop((SHARED[key[0]], said[1][0].id), 0))
    for key in wanted:
        _count(verdict, f"{key}", met[key])
    verdict.strange += [f"repost {key}" for key in reposts]
    return verdict


def _count(verdict: Verdict, what: str, times: int) -> None:
    verdict.expected += 1
    verdict.once += times == 1
    if times > 1:
        verdict.twice.append(f"{what}: {times} times")
    elif times == 0:
        verdict.lost.append(what)


def _minute(local: datetime) -> str:
    return f"{(local.hour - 1) % 12 + 1}:{local.minute:02}"


def _about(text: str, language: str, wanted: dict[tuple[str, str, str], Fed]) -> tuple[str, str, str] | None:
    """Which incident a thread is about: its station and its minute stand in it."""
    found = [
        key
        for key in wanted
        if key[2] == language and re.search(rf"\b{key[0]}\b", text) and re.search(rf"(?<!\d){key[1]}(?!\d)", text)
    ]
    return found[0] if len(found) == 1 else None


def utc_now() -> datetime:
    return datetime.now(UTC)
