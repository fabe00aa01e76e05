"""Calm on a line or on all: what is routine waits, what is urgent, service and corrections pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from difflib import get_close_matches

from core.domain.lines import LineId
from core.domain.silences import Calm
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.flow.muting import release
from core.ports.clock import Clock
from core.ports.store import Store

ALL = "all"


class NotCalm(Exception):
    """No line has this name, or it is not calm there; the message says what there is."""


def calm_on(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, lasts: timedelta) -> Calm:
    """Nothing routine there for so long; a second time sets the end anew. Raises NotAllowed, NotCalm."""
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    now = clock.now()
    calm = Calm(line=_meant(know, wanted), until=now + lasts, by=actor.id, at=now)
    with store.begin(durable=True) as tx:
        tx.silences.calm(calm)
        release(tx, calm.key)  # what an earlier one held waits for this one's end
        tx.audit.write(now, actor.id, actor.via, "calm on", calm.scope, f"until {calm.until:%Y-%m-%d %H:%M} UTC")
    return calm


def calm_off(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> tuple[int, Sequence[Calm]]:
    """End it: what it held goes through the gate again; how many entries, and where it is calm still.

    Raises NotAllowed, NotCalm.
    """
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    now, line = clock.now(), _meant(know, wanted)
    with store.begin(durable=True) as tx:
        still = tx.silences.calms(now)
        ended = next((one for one in still if one.line == line), None)
        if ended is None:
            named = ", ".join(one.scope for one in still) or "nowhere"
            raise NotCalm(f"there is no calm of that name; calm is: {named}")
        tx.silences.calm_off(line)
        again = release(tx, ended.key)
        tx.audit.write(now, actor.id, actor.via, "calm off", ended.scope, f"{again} entries are judged again")
        return again, tx.silences.calms(now)


def _meant(know: Knowledge, wanted: str) -> LineId | None:
    """The line; None = all."""
    if wanted == ALL:
        return None
    for line in know.lines.values():
        if wanted in (line.id, line.name, f"line {line.id}"):
            return line.id
    near = get_close_matches(wanted, [*know.lines, ALL], n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join([*know.lines, ALL])}"
    raise NotCalm(f"no line is called {wanted!r}: {hint}")
