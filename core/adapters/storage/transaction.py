"""One transaction over the small ports."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from core.adapters.storage.accounts import SqlAccounts
from core.adapters.storage.audit import SqlAudit
from core.adapters.storage.bots import SqlBots
from core.adapters.storage.calls import SqlCalls
from core.adapters.storage.digests import SqlDigests
from core.adapters.storage.limits import SqlLimits
from core.adapters.storage.loans import SqlLoans
from core.adapters.storage.log import SqlLog
from core.adapters.storage.mending import SqlMending
from core.adapters.storage.names import SqlNames
from core.adapters.storage.notices import SqlNotices
from core.adapters.storage.outbox import SqlOutbox
from core.adapters.storage.partners import SqlPartners
from core.adapters.storage.patterns import SqlPatterns
from core.adapters.storage.pictures import SqlPictures
from core.adapters.storage.renaming import SqlRenaming
from core.adapters.storage.reviews import SqlReviews, waiting_reviews
from core.adapters.storage.silences import SqlSilences
from core.adapters.storage.sources import SqlSources
from core.adapters.storage.staff import SqlStaff
from core.adapters.storage.sweep import SqlSeen
from core.adapters.storage.tables import IS_WAITING, attempts, deliveries, log, moment, twins
from core.adapters.storage.taking_back import SqlPauses, SqlRetractions
from core.adapters.storage.twins import IS_OFFERED, SqlTwins
from core.adapters.storage.vault import SqlVault
from core.adapters.storage.voices import SqlVoices
from core.domain.audit import AuditHead
from core.domain.log import Fate
from core.domain.silences import MUTING
from core.domain.staff import Role
from core.ports.intake import Bots, Log, Sources, Twins
from core.ports.limits import Limits
from core.ports.loans import Loans
from core.ports.mending import Mending
from core.ports.names import Names
from core.ports.notices import Digests, Notices
from core.ports.outbox import Outbox
from core.ports.partners import Partners
from core.ports.patterns import Patterns
from core.ports.people import Accounts, Audit, Calls, Staff
from core.ports.pictures import Pictures
from core.ports.renaming import Renaming
from core.ports.reviews import Reviews
from core.ports.secrets import Keyring
from core.ports.silences import Silences
from core.ports.store import Vault
from core.ports.store_rows import WaitingRow
from core.ports.sweep import Seen
from core.ports.taking_back import Pauses, Retractions
from core.ports.voices import Voices

_ASKED = {Fate.AMBIGUOUS: (Role.OFFICER, "which line it is"), Fate.HELD: (Role.REVIEWER, "whether it may be said")}
"""Who is asked what about an entry of this fate."""


def _choices(body: str) -> tuple[str, ...]:
    """Each station that an ambiguous entry may mean: its id, name and lines."""
    candidates = json.loads(body).get("placement", {}).get("candidates", [])
    return tuple(f"{one['station_id']} {one['name']} ({' '.join(one['lines'])})" for one in candidates)


class SqlTx:
    """The port Tx on one connection that is inside a transaction."""

    def __init__(self, connection: Connection, keyring: Keyring, audit_key: bytes | None) -> None:
        self._connection = connection
        self._vault = SqlVault(connection, keyring)
        self.vault: Vault = self._vault
        self.log: Log = SqlLog(connection, self._vault)
        self.twins: Twins = SqlTwins(connection)
        self.names: Names = SqlNames(connection)
        self.sources: Sources = SqlSources(connection)
        self.bots: Bots = SqlBots(connection)
        self.notices: Notices = SqlNotices(connection)
        self.digests: Digests = SqlDigests(connection)
        self._outbox = SqlOutbox(connection, self._vault)
        self.outbox: Outbox = self._outbox
        self.mending: Mending = SqlMending(connection, self._vault)
        self.renaming: Renaming = SqlRenaming(connection)
        self.retractions: Retractions = SqlRetractions(connection)
        self.loans: Loans = SqlLoans(connection)
        self.pauses: Pauses = SqlPauses(connection)
        self.reviews: Reviews = SqlReviews(connection, self._vault)
        self.silences: Silences = SqlSilences(connection, self._vault)
        self.pictures: Pictures = SqlPictures(connection)
        self.patterns: Patterns = SqlPatterns(connection, self.log)
        self.partners: Partners = SqlPartners(connection)
        self.voices: Voices = SqlVoices(connection)
        self.seen: Seen = SqlSeen(connection, self._vault)
        self.accounts: Accounts = SqlAccounts(connection)
        self.limits: Limits = SqlLimits(connection)
        self.staff: Staff = SqlStaff(connection)
        self._audit = SqlAudit(connection, audit_key)
        self.audit: Audit = self._audit
        self.calls: Calls = SqlCalls(connection)

    @property
    def wrote_vault(self) -> bool:
        """True when keys must be made safe before this transaction commits."""
        return self._vault.written

    def end(self) -> None:
        """Chain what was written into the audit log; just before the commit."""
        self._audit.chain()

    @property
    def written(self) -> AuditHead | None:
        """The head of the audit log that this transaction made; None when it wrote none."""
        return self._audit.written

    @property
    def tried(self) -> int | None:
        """Number of the last attempt that it wrote; None when it wrote none."""
        return self._outbox.tried

    def waiting(self, limit: int) -> Sequence[WaitingRow]:
        """What waits for whom, oldest first."""
        reviews, proposed = waiting_reviews(self._connection, limit)
        rows = [*reviews, *self._entries(limit, proposed), *self._twins(limit), *self._events(limit)]
        rows += self._deliveries(limit)
        return sorted(rows, key=lambda row: row.since)[:limit]

    def _entries(self, limit: int, proposed: set[int]) -> Sequence[WaitingRow]:
        found = []
        for fate, (role, question) in _ASKED.items():
            wanted = (log.c.seq, log.c.subject, log.c.rule, log.c.received_at, log.c.body)
            query = select(*wanted).where(log.c.fate == fate.value)
            for row in self._connection.execute(query.order_by(log.c.seq).limit(limit)):
                if row.seq in proposed or row.rule in MUTING:  # what is muted comes up again by itself
                    continue
                what, why = f"entry {row.seq} ({row.subject})", f"{question}: {row.rule or fate.value}"
                choices = _choices(row.body) if fate is Fate.AMBIGUOUS else ()
                found.append(WaitingRow(role=role.value, what=what, why=why, since=row.received_at, choices=choices))
        return found

    def _twins(self, limit: int) -> Sequence[WaitingRow]:
        query = select(twins).where(IS_OFFERED).order_by(twins.c.offered_at).limit(limit)
        return [
            WaitingRow(
                role=Role.OFFICER.value,
                what=f"{row.later} and {row.earlier}",
                why="whether they are the same",
                since=row.offered_at,
            )
            for row in self._connection.execute(query)
        ]

    def _events(self, limit: int) -> Sequence[WaitingRow]:
        return [
            WaitingRow(
                role=Role.OFFICER.value,
                what=f"{one.alert} and {one.incident}",
                why="whether they are one event (`incident tie` or `incident apart`); nothing is held for it",
                since=one.offered_at,
            )
            for one in self.voices.offers()[:limit]
        ]

    def _deliveries(self, limit: int) -> Sequence[WaitingRow]:
        query = (
            select(deliveries, attempts.c.started_at)
            .join(attempts, attempts.c.id == deliveries.c.attempt_id)
            .where(IS_WAITING)
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        return [
            WaitingRow(
                role=Role.OPERATOR.value,
                what=f"ref {row.reference} on {row.account}, {row.act} part {row.part} ({row.language})",
                why=row.why or "whether it was sent",
                since=moment(row.started_at),
            )
            for row in self._connection.execute(query)
        ]
