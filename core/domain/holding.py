"""What keeps an account back for a while: limits, brakes, budgets; and money, counted in millionths of a dollar."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import AwareDatetime, Field

from core.domain.deliveries import NewDelivery
from core.domain.lines import AccountId, Frozen
from core.domain.notices import Urgency

MICROS = 1_000_000
"""A dollar, as money is counted here: whole numbers add up exactly."""


def micros(dollars: float) -> int:
    """A price or budget as settings have it, in millionths of a dollar."""
    return round(dollars * MICROS)


def dollars(amount: int) -> str:
    """Millionths of a dollar as a person reads them: $50.00, and $0.015 where cents don't suffice."""
    whole = f"{amount / MICROS:.6f}".rstrip("0")
    head, _, tail = whole.partition(".")
    return f"${head}.{tail:0<2}"


class Restraint(Frozen):
    """How much a fleet may say and spend. Budgets are a month's, in millionths of a dollar; one left out is none."""

    posts_per_hour: int = Field(default=30, ge=1)
    """Posts and reposts of one handle on one platform."""
    fleet_posts_per_hour: int = Field(default=300, ge=1)
    failures: int = Field(default=5, ge=1)
    """After so many failures in a row an account rests."""
    budget: int | None = None
    """Of the whole fleet."""
    budgets: Mapping[str, int] = Field(default_factory=dict)
    """Channel → budget of all its accounts."""
    read_budgets: Mapping[str, int] = Field(default_factory=dict)
    """Channel → what reading may cost before looks that can wait do wait."""


class HeldBack(Frozen):
    """Nothing of this account goes of this urgency or a lesser one; what takes back always does."""

    account: AccountId
    urgency: Urgency
    """The most pressing class that waits."""
    rule: str
    why: str
    """One sentence that begins with *held:*."""
    until: AwareDatetime
    """When it ends by itself, or may be looked at anew."""

    def holds(self, delivery: NewDelivery) -> bool:
        """Whether it keeps this delivery back."""
        return not delivery.takes_back and delivery.key.account == self.account and delivery.urgency >= self.urgency


class Purse(Frozen):
    """What one budget has and what is spent of it, in millionths of a dollar."""

    name: str
    """An account, a channel, `the fleet`, or `reading x`."""
    spent: int
    budget: int | None
    """None: nothing bounds it."""

    @property
    def share(self) -> float:
        """Part of the budget that is spent; 0 where there is none."""
        if self.budget is None:
            return 0.0
        return self.spent / self.budget if self.budget else 1.0
