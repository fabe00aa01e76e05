"""One pass of the whole fleet: sources, bots, gate, digests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.domain.staff import Actor
from core.flow.announce import end_announcements
from core.flow.catching_up import say_outlived
from core.flow.cleared import take_down_cleared
from core.flow.digest import say_digests
from core.flow.knowledge import Knowledge
from core.flow.listen import listen
from core.flow.patterns import look_for_patterns
from core.flow.prepare import prepare
from core.flow.pull import Pulled, Start, pull
from core.flow.review_calls import OnCall
from core.flow.seal import destroy_sealed
from core.flow.split import tend_reviews
from core.flow.succession import Waits, succeed
from core.flow.terms import end_terms
from core.ports.bot import Bot
from core.ports.clock import Clock
from core.ports.pager import Pager
from core.ports.source import Source
from core.ports.store import Store


@dataclass(frozen=True)
class House:
    """What a pass needs: the store, what the fleet knows, its clock, bots and sources."""

    store: Store
    know: Knowledge
    clock: Clock
    bots: tuple[Bot, ...]
    sources: tuple[Source, ...]
    replays: bool = False
    """True for a fleet whose clock is each record's report date: every day's digest is due at the end of a pass."""
    pager: Pager | None = None
    """Who is called for what needs a person; None where nobody is."""
    call_again: timedelta = timedelta(hours=4)
    waits: Waits = field(default_factory=Waits)
    on_call: OnCall = field(default_factory=OnCall)
    """Reviewers who are called for held posts."""


@dataclass
class Passed:
    """What one pass did."""

    pulled: list[Pulled] = field(default_factory=list)
    prepared: int = 0
    digests: int = 0


def think(actor: Actor, house: House, progress: Callable[[int], None] = lambda entries: None) -> tuple[int, int]:
    """Bots, gate and digests until nothing is left to rule, then lost leads; how many entries and digests.

    Raises NotAllowed.
    """
    end_announcements(actor, house.store, house.know, house.clock)
    take_down_cleared(actor, house.store, house.know, house.clock)
    if not house.replays:
        end_terms(actor, house.store, house.know, house.clock)
    if not house.replays:
        say_outlived(actor, house.store, house.know, house.clock, house.waits.other)
    destroy_sealed(actor, house.store, house.clock)
    listen(actor, house.store, house.clock, house.bots)
    tend_reviews(actor, house.store, house.know, house.clock)
    prepared = prepare(actor, house.store, house.know, house.clock, progress)
    if not house.replays and look_for_patterns(actor, house.store, house.know, house.clock):
        listen(actor, house.store, house.clock, house.bots)
        prepared += prepare(actor, house.store, house.know, house.clock, progress)
    digests = say_digests(actor, house.store, house.know, house.clock, all_days=house.replays)
    if digests:
        listen(actor, house.store, house.clock, house.bots)
        prepared += prepare(actor, house.store, house.know, house.clock, progress)
    if not house.replays:
        succeed(actor, house.store, house.know, house.clock, house.waits)
    return prepared, digests


def one_pass(
    actor: Actor,
    house: House,
    start: Start | None = None,
    sources: Sequence[Source] | None = None,
    progress: Callable[[str, int], None] = lambda stage, rows: None,
) -> Passed:
    """One pass over every source and bot; `start` rules over where each source begins by itself.

    Raises NotAllowed, StoreBusy, StoreBroken.
    """
    done = Passed()
    for source in house.sources if sources is None else sources:
        done.pulled.append(
            pull(actor, house.store, house.know, house.clock, source, start, lambda rows: progress("read", rows))
        )
    done.prepared, done.digests = think(actor, house, lambda entries: progress("ruled", entries))
    return done
