"""What lines.yaml may hold about prices, budgets, brakes and dear links."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from core.domain.holding import Restraint, micros
from core.domain.lines import Descriptions, Frozen, LinkPolicy

Price = Annotated[float, Field(ge=0, le=1000)]
Budget = Annotated[float, Field(ge=0, le=1_000_000)]
_LEFT_OUT = "Left out: what X asked in November 2026, and nothing elsewhere."


class ChannelSpend(Frozen):
    """What calls to one platform cost, and what they may cost in a month."""

    price_post: Price | None = Field(default=None, description=f"Dollars that one post or repost costs. {_LEFT_OUT}")
    price_link_post: Price | None = Field(
        default=None, description=f"Dollars that a post with a URL costs. {_LEFT_OUT}"
    )
    price_alt: Price | None = Field(default=None, description=f"Dollars that a picture's alt text costs. {_LEFT_OUT}")
    price_delete: Price | None = Field(
        default=None, description=f"Dollars that taking one post down costs. {_LEFT_OUT}"
    )
    price_read: Price | None = Field(default=None, description=f"Dollars that reading one post costs. {_LEFT_OUT}")
    budget: Budget | None = Field(
        default=None,
        description="Dollars a month for all its accounts; at its end routine and service wait. Left out: none.",
    )
    read_budget: Budget | None = Field(
        default=None,
        description="Dollars a month for reading; at its end only unknown posts are looked up. Left out: none.",
    )


class AccountSpend(Frozen):
    """What one account may spend, and what becomes of links in an agency's alerts."""

    budget: Budget | None = Field(
        default=None, description="Dollars a month; at its end routine and service wait, urgent goes. Left out: none."
    )
    links: LinkPolicy | None = Field(
        default=None,
        description="Links in an agency's alert: keep; drop (cut out); hold (a person decides). Left out: drop on X, "
        "where a link makes a post 13 times as dear, else keep.",
    )
    card: bool | None = Field(
        default=None,
        description="Whether an incident that it says by itself bears a drawn card of place and time as its picture.",
    )
    descriptions: Descriptions | None = Field(
        default=None,
        description="Long descriptions of an agency's alert: thread (said in full) or leave-out (the header alone). "
        "Left out: thread.",
    )


class Brakes(Frozen):
    """How fast a fleet may talk, and when an account that fails rests."""

    posts_per_hour: int = Field(
        default=30, ge=1, le=100_000, description="Posts and reposts of one handle on one platform in an hour."
    )
    fleet_posts_per_hour: int = Field(
        default=300, ge=1, le=1_000_000, description="The same of the whole fleet; somebody is called at either."
    )
    failures_before_rest: int = Field(
        default=5, ge=1, le=1000, description="After so many failures in a row an account rests, 30 s and then longer."
    )


class SpendSection(Frozen):
    """What the whole fleet may spend."""

    budget: Budget | None = Field(
        default=None,
        description="Dollars a month for all platforms; at its end routine and service wait. Left out: none.",
    )


# Prices per call, pay per use (X developer documentation, November 2026).
_X = {"price_post": 0.015, "price_link_post": 0.2, "price_alt": 0.005, "price_delete": 0.01, "price_read": 0.005}
USUAL_PRICES: Mapping[str, Mapping[str, float]] = MappingProxyType({"x": _X})
USUAL_LINKS: Mapping[str, LinkPolicy] = MappingProxyType({"x": LinkPolicy.DROP})


def prices_of(channel: str, section: ChannelSpend) -> dict[str, float]:
    """Each price by the name of its setting: as written, else the platform's usual one, else nothing."""
    usual = USUAL_PRICES.get(channel, {})
    written = {name: getattr(section, name) for name in _X}
    return {name: usual.get(name, 0.0) if price is None else price for name, price in written.items()}


def restraint_of(brakes: Brakes, spend: SpendSection, channels: Mapping[str, ChannelSpend]) -> Restraint:
    """What a fleet may say in an hour and spend in a month."""
    return Restraint(
        posts_per_hour=brakes.posts_per_hour,
        fleet_posts_per_hour=brakes.fleet_posts_per_hour,
        failures=brakes.failures_before_rest,
        budget=None if spend.budget is None else micros(spend.budget),
        budgets={name: micros(one.budget) for name, one in channels.items() if one.budget is not None},
        read_budgets={name: micros(one.read_budget) for name, one in channels.items() if one.read_budget is not None},
    )
