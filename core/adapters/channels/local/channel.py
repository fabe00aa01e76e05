"""The local timeline: an ordinary channel, always on, that the public pages read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from core.adapters.channels.local import pictures
from core.adapters.channels.local.tables import changes, meta, posts
from core.domain.accounts import WhoAmI
from core.domain.deliveries import Receipt
from core.domain.lines import Account
from core.ports.channel import (
    Abilities,
    LimitSeen,
    Listed,
    Listing,
    Look,
    LookUp,
    OutcomeUnknown,
    Outgoing,
    OutgoingPicture,
    PostDeferred,
    PostRefused,
    Probe,
)
from core.ports.clock import Clock
from core.ports.store import StoreBroken
from core.ports.timeline import PictureShown, StandingPicture, StandingPost

LIMIT = 1000
"""Characters of a post; a page has room, but nobody reads more on a platform."""
RETRY_SECONDS = 5.0


class LocalChannel:
    """Posts to a timeline of our own. A platform key that was used before gives the first post's receipt.

    Its look-up is exact: it asks for the platform key.
    """

    name = "local"
    abilities = Abilities(
        reaches_public=False,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EXACT,
        spoken=True,
        measure="characters",
        default_limit=LIMIT,
        pictures=True,
        lists=True,
    )

    def __init__(self, url: str, clock: Clock) -> None:
        self._engine = sa.create_engine(url, connect_args={"timeout": 10} if url.startswith("sqlite") else {})
        if url.startswith("sqlite"):
            sa.event.listen(self._engine, "connect", _tune)
        self._clock = clock
        try:
            with self._engine.begin() as db:
                meta.create_all(db)
        except sa.exc.DatabaseError as broken:
            raise StoreBroken(
                f"{self._engine.url.database} can't be used as the local timeline: {broken.orig}"
            ) from None

    def who_am_i(self, account: Account) -> WhoAmI:
        """A local handle is whoever lines.yaml says."""
        return WhoAmI(platform_id=account.handle, handle=account.handle)

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        """Put a post on the handle's timeline. Raises PostRefused (too long, answers a post that is gone)."""
        if len(outgoing.text) > LIMIT:
            raise PostRefused(f"a post has at most {LIMIT} characters")
        picture = pictures.checked(outgoing.picture) if outgoing.picture is not None else None
        answered = int(outgoing.reply_to.platform_id) if outgoing.reply_to is not None else None
        return self._write(
            outgoing.platform_key,
            {
                "handle": account.handle,
                "text": outgoing.text,
                "spoken": outgoing.spoken,
                "language": outgoing.language,
                "reference": outgoing.reference,
                "reply_to": answered,
                "said_at": outgoing.said_at.astimezone(UTC).isoformat(),
            },
            picture,
        )

    def repost(self, account: Account, target: Receipt) -> Receipt:
        """Repeat a post on another handle's timeline; repeating it again is the first repost."""
        first = self._row(int(target.platform_id))
        if first is None:
            raise PostRefused("the post to repost is gone")
        kept = {key: first[key] for key in ("text", "spoken", "language", "reference", "said_at")}
        row = {**kept, "handle": account.handle, "reply_to": None, "repost_of": first["id"]}
        return self._write(_repost_key(account, target), row)

    def find(self, account: Account, probe: Probe) -> Look:
        """Ask for the platform key: found, or surely not there."""
        key = probe.outgoing.platform_key if probe.outgoing is not None else None
        if key is None and probe.repost_of is not None:
            key = _repost_key(account, probe.repost_of)
        with self._engine.connect() as db:
            row = db.execute(sa.select(posts).where(posts.c.platform_key == key)).mappings().first()
        return Look(found=None if row is None else _receipt(row), complete=True)

    def remove(self, account: Account, receipt: Receipt) -> None:
        """Take a post and its local reposts down."""
        number = int(receipt.platform_id)
        mine = sa.and_(posts.c.id == number, posts.c.handle == account.handle)
        with self._engine.begin() as db:
            if db.execute(sa.delete(posts).where(mine)).rowcount:
                pictures.drop(db, number)
            db.execute(sa.delete(posts).where(posts.c.repost_of == number))
            _count_change(db)
        self._forget()

    def _forget(self) -> None:
        """What was deleted leaves the write-ahead log too; while somebody reads it, a later removal does that."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as db:
                db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """The newest rows of the handle, in the order in which they came to stand."""
        newest = sa.select(posts).where(posts.c.handle == account.handle).order_by(posts.c.id.desc()).limit(at_most)
        with self._engine.connect() as db:
            rows = db.execute(newest).mappings().all()
        found = [_listed(row) for row in rows]
        complete = len(found) < at_most or (found != [] and found[-1].at < since)
        return Listing(posts=tuple(one for one in found if one.at >= since), complete=complete, read=len(found))

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:  # noqa: ARG002 - the port's shape
        """It has none."""
        return ()

    def threads(self, handle: str, limit: int, before: str | None = None) -> Sequence[Sequence[StandingPost]]:
        """See core.ports.timeline.Timeline."""
        heads = sa.select(posts).where(posts.c.handle == handle, posts.c.id == posts.c.root)
        if before is not None:
            last = self._post(before)
            if last is not None:
                older = sa.tuple_(posts.c.said_at, posts.c.id) < sa.tuple_(last["said_at"], last["id"])
                heads = heads.where(older)
        with self._engine.connect() as db:
            found = db.execute(heads.order_by(posts.c.said_at.desc(), posts.c.id.desc()).limit(limit)).mappings()
            return [self._whole(db, head["root"], head["repost_of"]) for head in found.all()]

    def thread(self, post_id: str) -> Sequence[StandingPost]:
        """See core.ports.timeline.Timeline."""
        row = self._post(post_id)
        if row is None:
            return []
        with self._engine.connect() as db:
            return self._whole(db, row["root"], row["repost_of"])

    def picture(self, name: str) -> PictureShown | None:
        """See core.ports.timeline.Timeline."""
        with self._engine.connect() as db:
            return pictures.named(db, name)

    def last_said(self) -> dict[str, datetime]:
        """See core.ports.timeline.Timeline."""
        query = sa.select(posts.c.handle, sa.func.max(posts.c.said_at)).group_by(posts.c.handle)
        with self._engine.connect() as db:
            return {handle: datetime.fromisoformat(said) for handle, said in db.execute(query)}

    def version(self, handle: str | None = None) -> str:
        """See core.ports.timeline.Timeline. One number counts for all handles."""
        del handle
        with self._engine.connect() as db:
            return str(db.execute(sa.select(changes.c.number)).scalar() or 0)

    def close(self) -> None:
        """Give back connections."""
        self._engine.dispose()

    def _post(self, post_id: str) -> sa.RowMapping | None:
        """The post that an address names; an address may say anything, also numbers that no store can hold."""
        return self._row(int(post_id)) if post_id.isdecimal() and len(post_id) < 19 else None

    def _row(self, number: int) -> sa.RowMapping | None:
        with self._engine.connect() as db:
            return db.execute(sa.select(posts).where(posts.c.id == number)).mappings().first()

    def _write(self, key: str, row: dict[str, object], picture: OutgoingPicture | None = None) -> Receipt:
        """One row under its platform key, with its picture; the same key again gives the first row's receipt."""
        try:
            with self._engine.begin() as db:
                known = db.execute(sa.select(posts).where(posts.c.platform_key == key)).mappings().first()
                if known is not None:
                    return _receipt(known)
                posted = self._clock.now()
                values = {**row, "platform_key": key, "posted_at": posted.isoformat()}
                number = db.execute(sa.insert(posts).values(values).returning(posts.c.id)).scalar_one()
                db.execute(sa.update(posts).where(posts.c.id == number).values(root=_root(db, row, number)))
                if picture is not None:
                    pictures.keep(db, number, picture)
                _count_change(db)
        except sa.exc.IntegrityError as twice:
            raise OutcomeUnknown("another process wrote the same post at this moment") from twice
        except sa.exc.OperationalError as busy:
            raise PostDeferred(f"the local timeline can't be written: {busy.orig}", RETRY_SECONDS) from busy
        return Receipt(platform_id=str(number), url=f"/post/{number}", at=posted)

    def _whole(self, db: sa.Connection, root: int, repost_of: int | None) -> list[StandingPost]:
        """A thread in order; for a repost, the one post with the handle that said it first."""
        rows = db.execute(sa.select(posts).where(posts.c.root == root).order_by(posts.c.id)).mappings().all()
        first = self._row(repost_of) if repost_of is not None else None
        said_by = None if first is None else str(first["handle"])
        shown = pictures.standing(db, [_source(row) for row in rows])
        return [_standing(row, said_by, shown.get(_source(row))) for row in rows]


def _tune(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _repost_key(account: Account, target: Receipt) -> str:
    return f"repost:{account.handle}:{target.platform_id}"


def _root(db: sa.Connection, row: dict[str, object], number: int) -> int:
    """The first post of the thread. Raises PostRefused when the answered post is gone."""
    if row.get("reply_to") is None:
        return number
    root = db.execute(sa.select(posts.c.root).where(posts.c.id == row["reply_to"])).scalar()
    if root is None:
        raise PostRefused("the post that it answers is gone")
    return int(root)


def _count_change(db: sa.Connection) -> None:
    if db.execute(sa.update(changes).where(changes.c.one == 1).values(number=changes.c.number + 1)).rowcount == 0:
        db.execute(sa.insert(changes).values(one=1, number=1))


def _receipt(row: sa.RowMapping) -> Receipt:
    return Receipt(
        platform_id=str(row["id"]), url=f"/post/{row['id']}", at=datetime.fromisoformat(str(row["posted_at"]))
    )


def _listed(row: sa.RowMapping) -> Listed:
    said = _receipt(row)
    repeated = row["repost_of"]
    return Listed(
        platform_id=said.platform_id,
        at=said.at,
        text=row["text"],
        url=said.url,
        repost_of=None if repeated is None else str(repeated),
    )


def _source(row: sa.RowMapping) -> int:
    """The post whose picture a row shows."""
    return int(row["repost_of"] or row["id"])


def _standing(row: sa.RowMapping, first_handle: str | None, picture: StandingPicture | None) -> StandingPost:
    return StandingPost(
        id=str(row["id"]),
        handle=row["handle"],
        text=row["text"],
        spoken=row["spoken"],
        language=row["language"],
        reference=row["reference"],
        reply_to=None if row["reply_to"] is None else str(row["reply_to"]),
        said_at=datetime.fromisoformat(row["said_at"]),
        posted_at=datetime.fromisoformat(row["posted_at"]),
        reposted_from=first_handle,
        picture=picture,
    )
