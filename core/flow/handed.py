"""The pictures that endpoints were handed: a link that answers while the notice stands, and never a byte more."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from core.domain.deliveries import Act, Delivery, DeliveryKey
from core.domain.lines import AccountMode
from core.domain.notices import Notice, PostPicture
from core.flow.knowledge import Knowledge
from core.flow.proven import mark_of, why_unproven
from core.flow.standing import SEEN
from core.ports.store import SealedAway, Store, Tx
from core.ports.timeline import PictureShown

_NAME = re.compile(r"(?P<reference>[0-9A-Z]{7})-(?P<token>[0-9a-f]{40})")


def link_to(know: Knowledge, key: DeliveryKey, reference: str) -> str | None:
    """Where the endpoint fetches the picture that this delivery hands over; None where none is handed on."""
    mark = mark_of(know, key.account)
    if know.handing.pictures_at is None or mark is None:
        return None
    return f"{know.handing.pictures_at}/{reference}-{know.identity.picture_link(key, mark)}"


def handed_picture(store: Store, know: Knowledge, name: str, now: datetime) -> PictureShown | None:
    """The picture under the last part of such a link. None once its notice was taken back, sealed, or its term is over;
    before it was handed over; and while its endpoint is not proven, or is another than it was handed to.

    Raises StoreBusy, StoreBroken."""
    read = _NAME.fullmatch(name)
    if read is None:
        return None
    with store.begin() as tx:
        notice = tx.notices.by_reference(read["reference"])
        key = None if notice is None else _meant(tx, know, notice, read["token"])
        if notice is None or key is None or not _stands(tx, know, notice, key, now):
            return None
        delivery = _handed_over(tx, key)
        picture = None if delivery is None or delivery.post is None else delivery.post.picture
        return None if picture is None else _opened(tx, picture)


def _meant(tx: Tx, know: Knowledge, notice: Notice, token: str) -> DeliveryKey | None:
    """The delivery whose link this is. Nothing is opened for who only knows a reference."""
    found = None
    for key in _possible(tx, know, notice):
        mark = mark_of(know, key.account)
        if mark is not None and hmac.compare_digest(know.identity.picture_link(key, mark), token):
            found = key
    return found


def _possible(tx: Tx, know: Knowledge, notice: Notice) -> Iterator[DeliveryKey]:
    handed = [one for one in know.accounts.values() if one.channel in know.handing.persons_to]
    for revision in tx.notices.revisions(notice.id):
        for account in handed:
            for language in account.languages if account.mode is AccountMode.LIVE else ():
                yield DeliveryKey(
                    notice_id=notice.id,
                    revision=revision.number,
                    account=account.id,
                    language=language,
                    act=Act.POST,
                    part=1,
                )


def _stands(tx: Tx, know: Knowledge, notice: Notice, key: DeliveryKey, now: datetime) -> bool:
    """Its term is looked at as well as its end: a fleet whose schedule stands still shows nobody for longer."""
    term = tx.loans.term(notice.id)
    over = tx.retractions.get(notice.id) is not None or (term is not None and now >= term.ends_at)
    return not over and why_unproven(tx, know, key.account, now) is None


def _handed_over(tx: Tx, key: DeliveryKey) -> Delivery | None:
    """The delivery once it was tried, unless it was, or is to be, taken back."""
    every = tx.outbox.of_notice(key.notice_id)
    if any(one.key.act is Act.REMOVE and one.needs == key for one in every):
        return None
    return next((one for one in every if one.key == key and one.state in SEEN), None)


def _opened(tx: Tx, named: PostPicture) -> PictureShown | None:
    try:
        content = tx.vault.open(named.ref)
    except (SealedAway, KeyError):
        return None
    same = sha256(content).hexdigest() == named.sha256
    return PictureShown(content=content, media_type=named.media_type) if same else None
