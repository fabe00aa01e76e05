"""Pictures of local posts: kept with the post, shown under their content's hash, gone with the post."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

import sqlalchemy as sa

from core.adapters.channels.local.tables import pictures
from core.ports.channel import OutgoingPicture, PostRefused
from core.ports.timeline import ENDINGS, PictureShown, StandingPicture, picture_address

_NAME = re.compile(r"(?P<hash>[0-9a-f]{64})\.(?P<ending>jpg|png)")


def checked(picture: OutgoingPicture) -> OutgoingPicture:
    """The picture, if a page may show it. Raises PostRefused."""
    if picture.media_type not in ENDINGS:
        raise PostRefused(f"a picture is {' or '.join(ENDINGS)}, not {picture.media_type}")
    return picture


def keep(db: sa.Connection, post: int, picture: OutgoingPicture) -> None:
    """Keep a post's picture, in the post's own transaction."""
    row = {**picture.model_dump(exclude={"link"}), "post": post, "sha256": sha256(picture.content).hexdigest()}
    db.execute(sa.insert(pictures).values(row))


def drop(db: sa.Connection, post: int) -> None:
    """Remove a post's picture, in the transaction that removes the post."""
    db.execute(sa.delete(pictures).where(pictures.c.post == post))


def standing(db: sa.Connection, posts: Sequence[int]) -> Mapping[int, StandingPicture]:
    """The pictures of these posts, by post."""
    shown = sa.select(*(column for column in pictures.c if column.name != "content")).where(pictures.c.post.in_(posts))
    return {
        row.post: StandingPicture(
            address=picture_address(row.sha256, row.media_type), alt=row.alt, width=row.width, height=row.height
        )
        for row in db.execute(shown)
    }


def named(db: sa.Connection, name: str) -> PictureShown | None:
    """The bytes under the last part of an address; None when no standing post has such a picture."""
    read = _NAME.fullmatch(name)
    if read is None:
        return None
    kinds = [kind for kind, ending in ENDINGS.items() if ending == read["ending"]]
    wanted = sa.select(pictures.c.content, pictures.c.media_type).where(
        pictures.c.sha256 == read["hash"], pictures.c.media_type.in_(kinds)
    )
    row = db.execute(wanted.limit(1)).one_or_none()
    return None if row is None else PictureShown(content=row.content, media_type=row.media_type)
