"""What every flow of one fleet knows: its lines, rules and words, read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from core.domain.agency import Agency
from core.domain.alerts import ServiceEffect
from core.domain.gazetteer import Gazetteer
from core.domain.holding import Restraint
from core.domain.identity import Identity
from core.domain.incidents import Facts
from core.domain.lines import Account, AccountId, AccountMode, Line, LineId, QuietHours
from core.domain.offences import Offence, OffenceCatalogue
from core.domain.policy import Policy
from core.domain.silences import Inhibition
from core.ports.channel import Abilities
from core.ports.endpoint import Endpoint
from core.render.compose import Voice
from core.rules.lint import LintTerms, bureau_terms


@dataclass(frozen=True)
class Handing:
    """What systems' endpoints are handed beside places."""

    persons_to: frozenset[str] = frozenset()
    """Channels whose endpoint is handed what is said of persons, once it is proven."""
    proof_holds: timedelta = timedelta(days=30)
    """How long an endpoint's proof counts."""
    pictures_at: str | None = None
    """What links to pictures begin with, without a slash at its end; None = no picture is handed on."""
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    """By channel: they are asked, each time anew, whether they are still the same."""


@dataclass(frozen=True)
class Knowledge:
    """Read-only facts of one fleet. `abilities` are those of each configured channel, by name."""

    lines: Mapping[LineId, Line]
    agency: Agency
    policy: Policy
    offences: OffenceCatalogue
    gazetteer: Gazetteer
    identity: Identity
    voice: Voice
    abilities: Mapping[str, Abilities]
    restraint: Restraint = field(default_factory=Restraint)
    acknowledge_within: timedelta = timedelta(minutes=5)
    """How long a system's endpoint may take to acknowledge a taking back, before somebody is rung."""
    handing: Handing = field(default_factory=Handing)
    inhibitions: tuple[Inhibition, ...] = ()
    """Which alerts of the agency make which others noise."""
    effects: Mapping[str, ServiceEffect] = field(default_factory=dict)
    """The agency's alert type → what it does to service."""
    silence_warning: timedelta = timedelta(minutes=30)
    """How long before a silence ends somebody is told."""
    own_links: tuple[str, ...] = ()
    """What addresses of our own public pages begin with."""

    @cached_property
    def accounts(self) -> dict[AccountId, Account]:
        """All accounts that are not off."""
        every = (account for line in self.lines.values() for account in line.accounts)
        return {account.id: account for account in every if account.mode is not AccountMode.OFF}

    @cached_property
    def public_accounts(self) -> tuple[Account, ...]:
        """Accounts whose posts leave the house: what limits, brakes and budgets are about."""
        return tuple(
            account
            for account in self.accounts.values()
            if account.mode is AccountMode.LIVE
            and account.channel in self.abilities
            and self.abilities[account.channel].reaches_public
        )

    def month(self, moment: datetime) -> str:
        """The calendar month in the agency's zone, like 2026-11."""
        return f"{moment.astimezone(self.zone):%Y-%m}"

    def month_ends(self, moment: datetime) -> datetime:
        """When the agency's next month begins."""
        first = moment.astimezone(self.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return (first + timedelta(days=32)).replace(day=1)

    @cached_property
    def lint_terms(self) -> LintTerms:
        """What every text of the bureau may hold of what is else forbidden."""
        claims = {language: catalogue.claims for language, catalogue in self.voice.catalogues.items()}
        return bureau_terms(self.agency, list(self.lines.values()), claims, self.own_links)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The agency's time zone."""
        return ZoneInfo(self.agency.zone)

    @cached_property
    def short_lines(self) -> frozenset[LineId]:
        """Lines with so few stations that to name one tells where a sheltered offence was."""
        served = Counter(line for station in self.gazetteer.stations for line in station.lines)
        return frozenset(line for line in self.lines if served[line] < self.policy.sheltered_stations)

    def day(self, moment: datetime) -> date:
        """The calendar day in the agency's zone."""
        return moment.astimezone(self.zone).date()

    def digest_day(self, moment: datetime) -> date:
        """The day whose digest is the next one after this moment."""
        local = moment.astimezone(self.zone)
        return local.date() + timedelta(days=0 if local.time() < self.policy.digest_at else 1)

    def digest_time(self, day: date) -> datetime:
        """When the digest of this day is said."""
        return datetime.combine(day, self.policy.digest_at, self.zone)

    def offence(self, facts: Facts) -> Offence | None:
        """The catalogue entry that intake found for these facts."""
        return self.offences.find(facts.offence_code, None) if facts.offence_known else None

    def agency_share(self, line: LineId) -> int:
        """Notices a day that the agency begins on the line's handle."""
        own = self.lines[line].agency_share
        return self.policy.agency_share if own is None else own

    def daily_limit(self, line: LineId) -> int:
        """Notices a day that the line's handle says alone."""
        own = self.lines[line].daily_limit
        return self.policy.daily_limit if own is None else own

    def quiet_hours(self, line: LineId) -> tuple[QuietHours, ...]:
        """When which notices wait on the line's handle."""
        own = self.lines[line].quiet_hours
        return self.policy.quiet_hours if own is None else own
