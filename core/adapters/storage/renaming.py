"""All that is kept under an account's old name goes on under its new one."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, func, select, update

from core.adapters.storage.engine import take_turn
from core.adapters.storage.locks import PAUSE
from core.adapters.storage.sweep_tables import gone_posts, strays, sweeps
from core.adapters.storage.tables import IS_OPEN, accounts, deliveries
from core.adapters.storage.taking_back_tables import pauses
from core.domain.deliveries import DeliveryState
from core.domain.lines import AccountId

_MOVING = (DeliveryState.ATTEMPTING.value, DeliveryState.UNKNOWN.value)


class SqlRenaming:
    """The port Renaming on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def moving(self, old: AccountId) -> int:
        """How many deliveries of it are attempted or looked up just now."""
        take_turn(self._connection, PAUSE)
        moving = and_(IS_OPEN, deliveries.c.account == old, deliveries.c.state.in_(_MOVING))
        return int(self._connection.execute(select(func.count()).select_from(deliveries).where(moving)).scalar_one())

    def rename(self, old: AccountId, new: AccountId) -> int:
        """Everything goes on under the new name."""
        take_turn(self._connection, PAUSE)
        inside, instead = f"/{old}/", f"/{new}/"
        key, needs = deliveries.c.key, deliveries.c.needs
        repeats = update(deliveries).where(needs.contains(inside, autoescape=True))
        self._connection.execute(repeats.values(needs=func.replace(needs, inside, instead)))
        moved = update(deliveries).where(deliveries.c.account == old)
        count = self._connection.execute(moved.values(account=new, key=func.replace(key, inside, instead))).rowcount
        missed = update(gone_posts).where(gone_posts.c.account == old)
        self._connection.execute(missed.values(account=new, key=func.replace(gone_posts.c.key, inside, instead)))
        self._connection.execute(update(strays).where(strays.c.account == old).values(account=new))
        scope = func.replace(pauses.c.scope, f"account {old}", f"account {new}")
        self._connection.execute(update(pauses).where(pauses.c.account == old).values(account=new, scope=scope))
        known = select(sweeps.c.account).where(sweeps.c.account == new)
        if self._connection.execute(known).first() is None:
            self._connection.execute(update(sweeps).where(sweeps.c.account == old).values(account=new))
        self._connection.execute(delete(sweeps).where(sweeps.c.account == old))
        self._connection.execute(delete(accounts).where(accounts.c.account == old))
        return count
