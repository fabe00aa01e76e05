"""One notice on nine accounts, three handles on three platforms, and its taking back while all is paused and spent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from bots.fleet import fleet as make_bots
from core.cli.workshop import OpenFleet
from core.domain.notices import Speaker
from core.domain.staff import FLEET_ACTOR
from core.domain.taking_back import Because
from core.flow.connect import connect
from core.flow.passes import one_pass, think
from core.flow.pause import ALL, pause
from core.flow.retract import retract
from core.flow.taken_back import TakenBack, see_through
from core.flow.workers import drain
from core.wiring import Wiring
from tests.fakes.pds import RunningPds
from tests.story.proof.judge import AUTHORITY
from tests.story.proof.life import CHIEF, EVERYTHING
from tests.story.proof.platforms import HANDLES, OnBluesky, OnMastodon, OnRecord, OnX, Platform
from tests.story.proof.rounds import SECRET, write_fleet_on

NUMBER = "MADE-UP-NINE"
GRACE, PATIENCE = 0.3, 60.0


@dataclass
class Nine:
    """A fleet that said one notice on all its accounts."""

    fleet: OpenFleet
    platforms: Sequence[Platform]
    reference: str

    def said_by(self) -> set[tuple[str, str]]:
        """Platform and handle of every account on which something stands."""
        return {(name, one.handle) for name, one in self.standing()}

    def standing(self) -> list[tuple[str, OnRecord]]:
        """All that stands, by the platforms' own records."""
        return [(platform.name, one) for platform in self.platforms for one in platform.record() if one.stands]

    def take_back(self) -> tuple[TakenBack, float]:
        """With everything paused and two removals on each platform lost, besides a fifth of the corrections: the last
        list, and the seconds from the word to it."""
        pause(CHIEF, self.fleet.store, self.fleet.know, self.fleet.clock, ALL)
        office = replace(self.fleet.office, grace_seconds=GRACE)
        began = perf_counter()
        retract(CHIEF, self.fleet.store, self.fleet.know, self.fleet.clock, self.reference, Because.ERROR)
        think(FLEET_ACTOR, self.fleet.house)
        seen = see_through(CHIEF, office, self.reference, PATIENCE)
        return seen, perf_counter() - began


@contextmanager
def said_on_nine(folder: Path, pds: RunningPds, names: str, seed: int) -> Iterator[Nine]:
    """A budget of nothing, which lets an urgent notice go; `names` keeps the accounts on a shared PDS apart."""
    with ExitStack() as stack:
        platforms: list[Platform] = [OnX(stack, 0.1), OnMastodon(stack), OnBluesky(stack, pds, names)]
        config = write_fleet_on(folder, platforms)
        config.write_text(config.read_text("utf-8") + "spend: {budget: 0}\n", "utf-8")
        environ = {"SUBWAY_FLEET_SECRET_FLEET_SECRET": SECRET.hex()}
        for platform in platforms:
            environ |= platform.environ
        _feed(folder / "inbox")
        wiring = Wiring(make_bots, {**os.environ, **environ})
        with wiring.open(wiring.settings(config)) as fleet:
            for account in fleet.know.accounts.values():
                if account.channel != "local":
                    connect(CHIEF, fleet.store, fleet.clock, fleet.channels[account.channel], account)
            one_pass(FLEET_ACTOR, fleet.house, EVERYTHING)
            assert drain(replace(fleet.office, grace_seconds=GRACE), PATIENCE)
            identity = fleet.know.identity
            notice = identity.notice(identity.incident(AUTHORITY, NUMBER), Speaker.BUREAU)
            nine = Nine(fleet, platforms, identity.reference(notice))
            assert {name for name, _ in nine.said_by()} == {one.name for one in platforms}
            assert len(nine.said_by()) == len(platforms) * len(HANDLES), "it does not stand on all nine"
            for platform in platforms:
                platform.lose(seed, "drop after", times=2)
            yield nine


def _feed(inbox: Path) -> None:
    now = datetime.now(UTC)
    row = {
        "authority": AUTHORITY,
        "number": NUMBER,
        "occurred_from": (now - timedelta(minutes=30)).isoformat(),
        "known_at": (now - timedelta(minutes=5)).isoformat(),
        "offence_code": "ROB",
        "place": {"station": "Great Central Terminus", "lines": "Green;Red;Blue"},
    }
    inbox.mkdir()
    (inbox / "one.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
