"""One round: some incidents, lives that end at drawn steps, a last life until all is quiet, and a verdict."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.example_fleet import write_fleet
from tests.story.proof.forker import FAILED, Forker
from tests.story.proof.judge import AUTHORITY, Story, Verdict, judge, references
from tests.story.proof.life import QUIET, Life
from tests.story.proof.platforms import HANDLES, Platform
from tests.story.proof.rooms import InFile, Rooms
from tests.story.proof.steps import OF_THE_PROCESS, Step

GREEN, RED, BLUE = HANDLES
STATIONS = {
    "Harbour": GREEN,
    "Fish Market": GREEN,
    "Upper Lock": GREEN,
    "Lantern Hill": GREEN,
    "Old Mill": RED,
    "Bell Tower Square": RED,
    "Museum": BLUE,
    "Orchard Road": BLUE,
}
SHARED, LEAD, SISTER = "Central", RED, BLUE
SECRET = bytes(range(32))
STEPS = (Step.BEFORE_COMMIT, Step.AFTER_COMMIT, Step.ASKED, Step.ANSWERED, Step.READ)
MOST = {Step.BEFORE_COMMIT: 60, Step.AFTER_COMMIT: 60, Step.ASKED: 25, Step.ANSWERED: 25, Step.READ: 15}
"""Up to which step of its kind a life's end is drawn."""
LATEST_SECONDS = 0.6
"""A life that ends by the clock has at most so long."""
WITHOUT_REST = "{lease_seconds: 30, grace_seconds: 30, failures_before_rest: 1000}"
"""An account that fails again and again rests for minutes: that has tests of its own."""
TRIES = 5
"""Last lives: one that is not quiet in time is followed by another."""
_LEFT = (
    "SELECT account, act, part, state, attempts, why, due_at, lease_until FROM deliveries"
    " WHERE state NOT IN ('delivered', 'withdrawn', 'expired', 'practised', 'refused')"
)
_NOW = "SELECT state, why, account FROM accounts WHERE state <> 'ready'"
REMOVALS_LOST = ("drop before", "drop after")


@dataclass
class Played:
    """One round as it was played."""

    number: int
    verdict: Verdict
    ended: Counter[str] = field(default_factory=Counter)
    """Step → lives that ended there."""
    lost: Counter[str] = field(default_factory=Counter)
    """Platform and fault → replies lost."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Platform → deliveries that had to be looked up."""
    asked: Counter[str] = field(default_factory=Counter)
    """Platform → those of them that were left to a person."""
    failed: list[str] = field(default_factory=list)
    """Lives that ended in an error of their own, or never grew quiet: what the store still had to do then."""

    def as_json(self) -> dict[str, Any]:
        """For the way between two processes."""
        return {**vars(self), "verdict": vars(self.verdict)}

    @classmethod
    def of_json(cls, said: dict[str, Any]) -> Played:
        """What `as_json` gave."""
        counted = {name: Counter(said[name]) for name in ("ended", "lost", "unknown", "asked")}
        return cls(**{**said, **counted, "verdict": Verdict(**said["verdict"])})


class _Ender:
    """Ends a life from outside: when the n-th request comes in, when its reply is on its way, or by the clock."""

    def __init__(self, step: Step | None, number: int, seconds: float | None) -> None:
        self._moment = {Step.ASKED: "asked", Step.ANSWERED: "answered"}.get(step or Step.CLOCK)
        self._left, self._seconds = number, seconds
        self._life: int | None = None
        self._begun = threading.Event()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self.by_clock = False

    def begun(self, life: int) -> None:
        self._life = life
        self._begun.set()
        if self._seconds is not None:
            self._timer = threading.Timer(self._seconds, self._time_is_up)
            self._timer.start()

    def told(self, moment: str) -> None:
        if moment != self._moment:
            return
        with self._lock:
            self._left -= 1
            if self._left != 0:
                return
        self._begun.wait()
        self._end()

    def over(self) -> None:
        """The life is over: nobody else bears its number from now on."""
        self._life = None
        if self._timer is not None:
            self._timer.cancel()

    def _time_is_up(self) -> None:
        self.by_clock = True
        self._end()

    def _end(self) -> None:
        if self._life is not None:
            os.kill(self._life, signal.SIGKILL)


class Stage:
    """A fleet on these platforms whose state is put back to its beginning for each round."""

    def __init__(
        self, folder: Path, platforms: Sequence[Platform], forker: Forker, grace: float, store: Rooms | None = None
    ) -> None:
        """`grace` in seconds; `store`: where the fleet's rows are kept, None for SQLite."""
        self.folder, self.platforms, self.forker = folder, platforms, forker
        config = write_fleet_on(folder, platforms)
        own = {"SUBWAY_FLEET_SECRET_FLEET_SECRET": SECRET.hex(), "XDG_CONFIG_HOME": str(folder / "home")}
        environ = {**own, **{name: value for one in platforms for name, value in one.environ.items()}}
        self._store = store or InFile(folder / "state" / "fleet.db")
        environ["SUBWAY_FLEET_STORE"] = self._store.url
        self.life = Life(str(config), environ, grace=grace)
        self._must("connect")
        shutil.copytree(folder / "state", folder / "at-first")
        self._store.keep()

    def _must(self, works: str) -> None:
        code = self.forker.live(replace(self.life, works=works), lambda life: None)
        if code != QUIET:
            raise RuntimeError(f"the fleet does not {works}: it ended with {code}")

    def play(self, seed: int, number: int) -> Played:
        """One round, drawn from seed and number."""
        chance = random.Random(f"{seed}/{number}")
        self._set_back()
        now = datetime.now(UTC)
        stories = _stories(number, chance, now)
        for place, platform in enumerate(self.platforms):
            platform.begin()
            platform.lose(chance.getrandbits(30), chance.choice(REMOVALS_LOST) if place == number % 3 else None)
            platform.watch(lambda moment: None)
        played = Played(number, Verdict())
        self._feed("first", stories, now, changed=False)
        known = references(stories, SECRET)
        kills = chance.randint(2, 3)
        for life in range(kills):
            late = life == kills - 1
            if late:
                self._feed("second", stories, now, changed=True)
            self._killed(played, chance, life, [ref for ref, one in known.items() if one.taken_back and late])
        self._to_the_end(played, [reference for reference, one in known.items() if one.taken_back])
        for platform in self.platforms:
            judge(platform, stories, SECRET, played.verdict)
            played.lost.update({f"{platform.name}: {how}": times for how, times in platform.lost().items()})
        self._count_unknown(played)
        return played

    def _killed(self, played: Played, chance: random.Random, life: int, retract: list[str]) -> None:
        by_clock = chance.random() < 0.2
        step = None if by_clock else STEPS[(played.number + life + chance.choice((0, 2))) % len(STEPS)]
        number = 0 if step is None else chance.randint(1, MOST[step])
        seconds = chance.uniform(0.02, LATEST_SECONDS) if by_clock else None
        works = "run" if by_clock else "once"
        asked = replace(self.life, works=works, retract=tuple(retract), step=step, number=number)
        code, ender = self._live(asked, _Ender(step, number, seconds))
        if code == -signal.SIGKILL:
            played.ended[Step.CLOCK if step is None else step] += 1
        elif code != QUIET:
            played.failed.append(f"a life that was to end at {step} {number} ended with {code}: {self._left()}")
        assert not (ender.by_clock and step in OF_THE_PROCESS)

    def _to_the_end(self, played: Played, retract: list[str]) -> None:
        for _ in range(TRIES):
            code, _ender = self._live(replace(self.life, retract=tuple(retract)), _Ender(None, 0, None))
            if code == QUIET:
                return
            if code == FAILED:
                break
        played.failed.append(f"never quiet: {self._left()}")

    def _left(self) -> str:
        """What is not done yet, for whoever reads of a failure, and what the limits say."""
        rows = [*self._store.ask(_LEFT), *self._store.ask("SELECT * FROM limits"), *self._store.ask(_NOW)]
        return "; ".join(" ".join(str(cell) for cell in row) for row in rows)

    def _live(self, life: Life, ender: _Ender) -> tuple[int, _Ender]:
        for platform in self.platforms:
            platform.watch(ender.told)
        code = self.forker.live(life, ender.begun)
        ender.over()
        return code, ender

    def _set_back(self) -> None:
        shutil.rmtree(self.folder / "state")
        shutil.copytree(self.folder / "at-first", self.folder / "state")
        self._store.put_back()
        shutil.rmtree(self.folder / "inbox", ignore_errors=True)

    def _feed(self, name: str, stories: Sequence[Story], now: datetime, *, changed: bool) -> None:
        """Drop them into the watched folder, or those of them that changed, as they are now."""
        rows = [
            {
                "authority": AUTHORITY,
                "number": one.number,
                "occurred_from": _occurred(place, now, changed=changed).isoformat(),
                "known_at": (now - timedelta(minutes=5)).isoformat(),
                "offence_code": "ROB",
                "place": {"station": one.station},
            }
            for place, one in enumerate(stories)
            if one.changed or not changed
        ]
        inbox = self.folder / "inbox"
        inbox.mkdir(exist_ok=True)
        draft = inbox / f".{name}"
        draft.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        draft.rename(inbox / f"{name}.jsonl")

    def _count_unknown(self, played: Played) -> None:
        asked = "SELECT account, state FROM deliveries WHERE grace_seconds > 0 OR state IN ('unknown', 'waiting')"
        rows = self._store.ask(asked)
        for account, state in rows:
            platform = account.split(":")[0]
            played.unknown[platform] += 1
            played.asked[platform] += state in ("unknown", "waiting", "attempting")


def _occurred(place: int, now: datetime, *, changed: bool) -> datetime:
    """No two share a minute, and a changed one moves to a minute of its own."""
    return now.replace(second=0, microsecond=0) - timedelta(minutes=20 + 7 * place - 3 * changed)


def _minute(at: datetime) -> str:
    local = at.astimezone(ZoneInfo("Europe/Lisbon"))
    return f"{(local.hour - 1) % 12 + 1}:{local.minute:02}"


def _stories(number: int, chance: random.Random, now: datetime) -> list[Story]:
    """Three or four incidents, one of them of two lines; in most rounds one is changed, in half one taken back."""
    stations = [SHARED, *chance.sample(sorted(STATIONS), chance.randint(2, 3))]
    fates = [(chance.random() < 0.7, False), (False, chance.random() < 0.5)]
    fates += [(False, False)] * (len(stations) - len(fates))
    chance.shuffle(fates)
    return [
        Story(
            f"MADE-UP-{number}-{place}",
            station,
            LEAD if station == SHARED else STATIONS[station],
            _minute(_occurred(place, now, changed=fate[0])),
            SISTER if station == SHARED else None,
            *fate,
        )
        for place, (station, fate) in enumerate(zip(stations, fates, strict=True))
    ]


def write_fleet_on(folder: Path, platforms: Sequence[Platform]) -> Path:
    """lines.yaml of the example fleet, live on these platforms in two languages; its path."""
    sources = "[{name: bureau, kind: folder, path: inbox, columns: bureau, every: 1s}]"
    path = write_fleet(folder, languages="en, es", sources=sources, local="practice", delivery=WITHOUT_REST)
    channels = "\n".join(f"  {one.name}: {one.channel}" for one in platforms)
    modes = "\n".join(f"    {one.name}: {{mode: live}}" for one in platforms)
    said = path.read_text("utf-8").replace("  x: {limit: 280}", channels).replace("    x: {mode: live}", modes)
    for handle in HANDLES:
        there = ", ".join(f"{one.name}: {{handle: {one.handle_there(handle)}}}" for one in platforms)
        said = said.replace(f", handle: {handle}", f", handle: {handle}, accounts: {{{there}}}")
    path.write_text(said, "utf-8")
    return path
