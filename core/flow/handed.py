"""The pictures that endpoints were handed: a link that answers while the notice stands, and never a byte more."""

from __future__ import annotations

import hmac
import re
from datetime import datetime
from hashlib import sha256

from core.domain.deliveries import Act, Delivery, DeliveryKey
from core.domain.lines import AccountId, AccountMode
from core.domain.notices import NoticeId, PostPicture
from core.flow.knowledge import Knowledge
from core.flow.proven import is_about_person, mark_of, why_unproven
from core.flow.standing import SEEN
from core.ports.store import SealedAway, Store, Tx
from core.ports.timeline import PictureShown

_NAME = re.compile(
    r"(?P<notice>[0-9a-f]{32})\.(?P<revision>[1-9][0-9]{0,5})\.(?P<channel>[a-z]{1,20})\.(?P<handle>[A-Za-z0-9_]{1,40})"
    r"\.(?P<language>[A-Za-z0-9-]{1,20})\.(?P<token>[0-9a-f]{40})"
)


def link_to(know: Knowledge, key: DeliveryKey) -> str | None:
    """Where the endpoint fetches the picture that this delivery hands over; None where none is handed on."""
    mark = mark_of(know, key.account)
    if know.handing.pictures_at is None or mark is None:
        return None
    channel, handle = key.account.split(":", 1)
    token = know.identity.picture_link(key, mark)
    return f"{know.handing.pictures_at}/{key.notice_id}.{key.revision}.{channel}.{handle}.{key.language}.{token}"


def handed_picture(store: Store, know: Knowledge, name: str, now: datetime) -> PictureShown | None:
    """The picture under the last part of such a link. None once its notice was taken back, sealed, or its term is over;
    before it was handed over; and, where it may show somebody, while its endpoint is not proven. The link of an
    endpoint that has another address or key by now is none. Whoever only guesses costs the store nothing.

    Raises StoreBusy, StoreBroken."""
    key = _meant(know, name)
    if key is None:
        return None
    with store.begin() as tx:
        delivery = _handed_over(tx, key) if _stands(tx, know, key, now) else None
        picture = None if delivery is None or delivery.post is None else delivery.post.picture
        return None if picture is None else _opened(tx, picture)


def _meant(know: Knowledge, name: str) -> DeliveryKey | None:
    """The delivery whose link this is, if the fleet itself made it for the endpoint as it is now."""
    read = _NAME.fullmatch(name)
    account = None if read is None else know.accounts.get(AccountId(f"{read['channel']}:{read['handle']}"))
    if read is None or account is None or account.mode is not AccountMode.LIVE:
        return None
    key = DeliveryKey(
        notice_id=NoticeId(read["notice"]),
        revision=int(read["revision"]),
        account=account.id,
        language=read["language"],
        act=Act.POST,
        part=1,
    )
    mark = mark_of(know, account.id) if account.channel in know.handing.persons_to else None
    made = None if mark is None else know.identity.picture_link(key, mark)
    return key if made is not None and hmac.compare_digest(made, read["token"]) else None


def _stands(tx: Tx, know: Knowledge, key: DeliveryKey, now: datetime) -> bool:
    """Its term is looked at as well as its end: a fleet whose schedule stands still shows nobody for longer."""
    if tx.retractions.get(key.notice_id) is not None:
        return False
    if not is_about_person(tx, know, key):
        return True
    term = tx.loans.term(key.notice_id)
    return term is not None and now < term.ends_at and why_unproven(tx, know, key.account, now) is None


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
