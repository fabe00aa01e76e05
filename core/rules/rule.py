"""One rule of the book: what it asks, what it looks at, who says so and when that was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.domain.rulings import Ruling, Verdict

OWN = "the fleet's own promise"
READ = "2026-11"
Case = TypeVar("Case")


@dataclass(frozen=True)
class Rule(Generic[Case]):
    """Ask it with a case: its ruling, or None when it has no answer."""

    ask: Callable[[Case], Ruling | None]
    looks_at: tuple[str, ...]
    """Facts of the case, by the names that `explain` shows."""
    source: str
    read_on: str
    pack: tuple[str, ...]
    """Numbers and nevers of the policy pack that it stands on: their sources are its too."""

    @property
    def id(self) -> str:
        """Its name, which every ruling bears."""
        return self.ask.__name__.replace("_", "-")

    @property
    def summary(self) -> str:
        """What it says, in one sentence."""
        return " ".join((self.ask.__doc__ or "").split())

    def __call__(self, case: Case) -> Ruling | None:
        return self.ask(case)


def declared(
    *looks_at: str, source: str = OWN, read_on: str = READ, pack: tuple[str, ...] = ()
) -> Callable[[Callable[[Case], Ruling | None]], Rule[Case]]:
    """Makes a rule of a function: its name with dashes is the rule's, its first sentence what it says."""

    def make(ask: Callable[[Case], Ruling | None]) -> Rule[Case]:
        return Rule(ask, looks_at, source, read_on, pack)

    return make


def drop(rule: str, why: str, into_digest: bool = False) -> Ruling:
    """No notice of it, or a place in the digest."""
    return Ruling(verdict=Verdict.DROP, rule=rule, why=why, into_digest=into_digest)


def hold(rule: str, why: str) -> Ruling:
    """A person decides."""
    return Ruling(verdict=Verdict.HOLD, rule=rule, why=why)
