"""What sweeps saw of the platforms, and what they compare it with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from core.adapters.storage.engine import add_new
from core.adapters.storage.outbox_rows import OutboxPart, read_key
from core.adapters.storage.sweep_tables import gone_posts, strays, sweeps
from core.adapters.storage.tables import deliveries, literally
from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.lines import AccountId
from core.domain.seen import Gone, Stray, Swept, Verdict

_IS_DELIVERED = literally(deliveries.c.state, "delivered")
_IS_SAID = deliveries.c.act != Act.REMOVE.value


def _swept(row: Row[Any]) -> Swept:
    return Swept(
        account=AccountId(row.account),
        ours_since=row.ours_since,
        at=row.swept_at,
        month=row.month,
        reads=row.reads,
        trouble=row.trouble,
    )


def _gone(row: Row[Any]) -> Gone:
    return Gone(
        account=AccountId(row.account),
        key=read_key(row.key),
        reference=row.reference,
        platform_id=row.platform_id,
        since=row.since,
        sure=row.sure,
    )


def _stray(row: Row[Any]) -> Stray:
    return Stray(
        account=AccountId(row.account),
        platform_id=row.platform_id,
        posted_at=row.posted_at,
        seen_at=row.seen_at,
        url=row.url,
        verdict=Verdict(row.verdict),
        settled_by=row.settled_by,
        removed=row.removed,
    )


class SqlSeen(OutboxPart):
    """The port Seen on one transaction."""

    def begin(self, account: AccountId, now: datetime, *, anew: bool = False) -> None:
        """From now on whatever is posted there is the fleet's, or foreign."""
        first = select(func.min(deliveries.c.receipt_at)).where(deliveries.c.account == account, _IS_DELIVERED)
        since = None if anew else self._connection.execute(first).scalar_one()
        fresh = {"account": account, "ours_since": since or now, "due_at": now, "month": "", "reads": 0}
        if not add_new(self._connection, sweeps, fresh) and anew:
            self._keep(account, ours_since=now)

    def take(self, account: AccountId, now: datetime, again_at: datetime) -> Swept | None:
        """Take an account's sweep; None when it rests until later."""
        due = update(sweeps).where(sweeps.c.account == account, sweeps.c.due_at <= now)
        row = self._connection.execute(due.values(due_at=again_at).returning(*sweeps.c)).one_or_none()
        return None if row is None else _swept(row)

    def rest(self, account: AccountId, until: datetime, trouble: str | None) -> None:
        """Nothing was compared; swept again from `until` on."""
        self._keep(account, due_at=until, trouble=trouble)

    def swept(self, account: AccountId, now: datetime, month: str, reads: int, trouble: str | None) -> None:
        """A sweep ended."""
        known = self._connection.execute(select(sweeps).where(sweeps.c.account == account)).one()
        counted = reads + (known.reads if known.month == month else 0)
        self._keep(account, swept_at=now, month=month, reads=counted, trouble=trouble)

    def sweeps(self) -> Sequence[Swept]:
        """How far each account's sweeps have come."""
        return [_swept(row) for row in self._connection.execute(select(sweeps).order_by(sweeps.c.account))]

    def receipts(self, account: AccountId, since: datetime) -> Sequence[Delivery]:
        """Delivered posts and reposts of the account whose receipt is not older and whose removal is not confirmed."""
        removal = deliveries.alias("removal")
        removed = (
            select(removal.c.id)
            .where(
                removal.c.notice_id == deliveries.c.notice_id,
                removal.c.account == deliveries.c.account,
                removal.c.needs == deliveries.c.key,
                removal.c.act == Act.REMOVE.value,
                removal.c.state == DeliveryState.DELIVERED.value,
            )
            .exists()
        )
        mine = select(deliveries).where(
            _IS_DELIVERED, deliveries.c.receipt_at >= since, deliveries.c.account == account, _IS_SAID, ~removed
        )
        return self._deliveries(mine.order_by(deliveries.c.receipt_at, deliveries.c.id))

    def owed(self, account: AccountId, since: datetime) -> Sequence[Delivery]:
        """Every post and repost of the account that was prepared since; reads the whole outbox, for sweeps only."""
        mine = select(deliveries).where(deliveries.c.account == account, deliveries.c.said_at >= since, _IS_SAID)
        return self._deliveries(mine.order_by(deliveries.c.id))

    def prepared(self, since: datetime, until: datetime) -> Sequence[Delivery]:
        """What was delivered or practised of this time; reads the whole outbox, for reports only."""
        ended = deliveries.c.state.in_([DeliveryState.DELIVERED.value, DeliveryState.PRACTISED.value])
        then = select(deliveries).where(ended, _IS_SAID, deliveries.c.said_at >= since, deliveries.c.said_at < until)
        return self._deliveries(then.order_by(deliveries.c.said_at, deliveries.c.id))

    def miss(self, gone: Gone) -> None:
        """Keep that it was missed; a second time only `sure` can change."""
        row = {**gone.model_dump(exclude={"key"}), "key": str(gone.key)}
        if not add_new(self._connection, gone_posts, row) and gone.sure:
            this = (gone_posts.c.account == gone.account) & (gone_posts.c.platform_id == gone.platform_id)
            self._connection.execute(update(gone_posts).where(this).values(sure=True))

    def stands_again(self, account: AccountId, platform_ids: Sequence[str]) -> int:
        """What was missed is listed after all."""
        here = (gone_posts.c.account == account) & gone_posts.c.platform_id.in_(platform_ids)
        return self._connection.execute(delete(gone_posts).where(here)).rowcount

    def gone(self, account: AccountId | None = None) -> Sequence[Gone]:
        """What was missed, newest first."""
        query = select(gone_posts).order_by(gone_posts.c.since.desc(), gone_posts.c.platform_id)
        if account is not None:
            query = query.where(gone_posts.c.account == account)
        return [_gone(row) for row in self._connection.execute(query)]

    def keep(self, stray: Stray) -> None:
        """Keep a stray, in place of what was known of it."""
        this = (strays.c.account == stray.account) & (strays.c.platform_id == stray.platform_id)
        self._connection.execute(delete(strays).where(this))
        self._connection.execute(insert(strays), {**stray.model_dump(), "verdict": stray.verdict.value})

    def strays(self, account: AccountId | None = None) -> Sequence[Stray]:
        """All strays, newest first."""
        query = select(strays).order_by(strays.c.seen_at.desc(), strays.c.platform_id)
        if account is not None:
            query = query.where(strays.c.account == account)
        return [_stray(row) for row in self._connection.execute(query)]

    def _keep(self, account: AccountId, **values: Any) -> None:
        self._connection.execute(update(sweeps).where(sweeps.c.account == account).values(**values))
