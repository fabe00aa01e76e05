"""The fleet's settings as everything else sees them: frozen, complete, every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.domain.agency import Agency
from core.domain.alert_map import AlertMap
from core.domain.alerts import AlertTypes
from core.domain.columns import ColumnMap
from core.domain.gazetteer import Gazetteer
from core.domain.lines import Account, AccountMode, Line, LineId
from core.domain.offences import OffenceCatalogue
from core.domain.policy import Policy
from core.render.catalogue import Catalogue
from core.settings.partner_shapes import PartnerSection
from core.settings.quiet_shapes import SilenceSection
from core.settings.review_shapes import ApiSection, ReviewSection
from core.settings.shapes import ChannelSection, Delivery, PagerSection, Pages
from core.settings.source_shapes import SourceSpec
from core.settings.spend_shapes import SpendSection


def practising(line: Line) -> Line:
    """The line with nothing live but its local timeline."""
    accounts = tuple(
        account
        if account.channel == "local" or account.mode is AccountMode.OFF
        else account.model_copy(update={"mode": AccountMode.PRACTICE})
        for account in line.accounts
    )
    return line.model_copy(update={"accounts": accounts})


@dataclass(frozen=True, slots=True)
class Settings:
    """What lines.yaml, the agency's folder and the environment say together."""

    path: Path
    """The lines.yaml that was read."""
    agency: Agency
    agency_folder: Path
    clock: Literal["wall", "record"]
    state_dir: Path
    """Absolute; not made yet."""
    store_url: str
    keys_url: str
    """Where the vault's keys are kept: never in the store."""
    secrets_path: Path
    pages: Pages
    delivery: Delivery
    spend: SpendSection
    policy: Policy
    """The fleet's; a line's own daily limit stands in the line, and is part of this hash."""
    lines: tuple[Line, ...]
    """In order of lead, each with its accounts."""
    sources: tuple[SourceSpec, ...]
    """As the file has them; the path of a folder is absolute."""
    columns: Mapping[str, ColumnMap]
    """The column maps that the sources name."""
    channels: Mapping[str, ChannelSection]
    """Every channel that has an account that is not off, with its figures."""
    pager: PagerSection
    review: ReviewSection
    silences: SilenceSection
    api: ApiSection
    partner: PartnerSection
    offences: OffenceCatalogue
    catalogues: Mapping[str, Catalogue]
    gazetteer: Gazetteer
    alert_types: AlertTypes
    """Which of the agency's own alerts riders are told."""
    alert_maps: Mapping[str, AlertMap]
    """The maps that Alerts sources of another form name."""
    notes: tuple[str, ...]
    """What is worth knowing and no mistake, one sentence each."""

    def line(self, line_id: LineId) -> Line:
        """One line. Raises KeyError."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)

    def accounts(self) -> tuple[Account, ...]:
        """All accounts in order of lead."""
        return tuple(account for line in self.lines for account in line.accounts)
