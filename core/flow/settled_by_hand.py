"""A post that may or may not be up is settled: an operator looked at the account and says which."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from core.domain.deliveries import Attempt, Delivered, Delivery, Receipt, Refused
from core.domain.lines import Account, AccountId, Frozen
from core.domain.staff import Actor, Role, demand
from core.flow.deliver import PostOffice, identity_holds
from core.flow.retract import find_notice
from core.flow.spending import book_reads
from core.ports.channel import Listed, Listing, LoginNeeded, NotSupported, OutcomeUnknown, PostDeferred, PostRefused
from core.ports.store import Tx
from core.rules.whose import Whose, whose

READS = 200
"""Posts of the account that are read at most to see whether it is there."""
BEFORE = timedelta(hours=1)
"""So much older than its notice a post may seem by the platform's clock."""
ON_WORD = "by the operator's word"
ABSENT = "an operator looked, and it is not there"
_ASK = "look again, or say --on-my-word"


class NothingWaits(Exception):
    """Nothing of this notice may or may not be up on that account; the message says what does."""


class NotSeen(Exception):
    """The platform does not bear out what the operator says; the message says what it shows, and what to do."""


class Settled(Frozen):
    """What was settled, and how. `over`: it is owed once more, and its time is over: it will not be tried."""

    reference: str
    account: AccountId
    language: str
    part: int
    platform_id: str | None
    how: str
    over: bool = False


@dataclass(frozen=True)
class _Case:
    """What waits, and what is known of its account: `account` is None where lines.yaml holds it no more."""

    delivery: Delivery
    attempt: Attempt
    account: Account | None
    proofs: Collection[str]
    """Platform ids that prove other posts of the account."""


def it_is_up(
    actor: Actor, office: PostOffice, wanted: str, account: AccountId, post: str, *, on_my_word: bool = False
) -> Settled:
    """`post`, by its link or id, is what waits: it gets a receipt, and what waited for it goes on.

    The platform is asked, unless `on_my_word` or where the account can't be listed. Raises NotAllowed, NoSuchNotice,
    NothingWaits, NotSeen, StoreBusy, StoreBroken.
    """
    demand(actor, Role.OPERATOR)
    case = _case(office, wanted, account)
    listing = None if on_my_word else _listing(office, case)
    if listing is None:
        receipt, how = _on_word(case, post), ON_WORD
    else:
        receipt, how = _shown(case, listing, post), "as the platform lists it"
    if receipt.platform_id in case.proofs:
        raise NotSeen(f"post {receipt.platform_id} is the proof of another post of {account} already")
    with office.store.begin(durable=True) as tx:
        if not tx.outbox.settle(_still(tx, case).attempt, Delivered(receipt=receipt)):
            raise NothingWaits("it was settled meanwhile")
        detail = f"{_where(case.delivery)}: post {receipt.platform_id}, {how}"
        _log(actor, tx, office.clock.now(), "post settled: it is up", case.delivery, detail)
    return _settled(case.delivery, receipt.platform_id, how)


def it_is_absent(
    actor: Actor, office: PostOffice, wanted: str, account: AccountId, *, again: bool, on_my_word: bool = False
) -> Settled:
    """What waits is not there: it is due once more (`again`), or stays unsaid there.

    Where the platform shows it after all, nothing is settled, unless `on_my_word`. Raises as `it_is_up` does.
    """
    demand(actor, Role.OPERATOR)
    case = _case(office, wanted, account)
    if not on_my_word:
        _overlooked(office, case)
    now = office.clock.now()
    how = "due once more" if again else "left unsaid there"
    with office.store.begin(durable=True) as tx:
        attempt = _still(tx, case).attempt
        done = tx.outbox.surely_absent(attempt) if again else tx.outbox.settle(attempt, Refused(why=ABSENT))
        if not done:
            raise NothingWaits("it was settled meanwhile")
        tx.limits.give_back(attempt.id)
        _log(actor, tx, now, "post settled: it is absent", case.delivery, f"{_where(case.delivery)}: {how}")
    over = again and case.delivery.expires_at <= now and not case.delivery.takes_back
    return _settled(case.delivery, None, how, over)


def _case(office: PostOffice, wanted: str, account: AccountId) -> _Case:
    with office.store.begin() as tx:
        notice = find_notice(tx, office.know, wanted)
        waiting = tx.mending.waiting(notice.id)
        here = [found for found in waiting if found[0].key.account == account]
        if not here:
            named = ", ".join(sorted({str(one.key.account) for one, _ in waiting})) or "nothing"
            raise NothingWaits(f"nothing of {notice.reference} waits to be settled on {account}; there waits: {named}")
        delivery, attempt = here[0]
        proved = tx.seen.receipts(account, delivery.said_at - BEFORE)
        proofs = {one.receipt.platform_id for one in proved if one.receipt}
    return _Case(delivery, attempt, office.know.accounts.get(account), proofs)


def _still(tx: Tx, case: _Case) -> _Case:
    """The same, if it waits still: a look-up or another operator may have settled it. Raises NothingWaits."""
    for delivery, attempt in tx.mending.waiting(case.delivery.key.notice_id):
        if (delivery.id, attempt.id) == (case.delivery.id, case.attempt.id):
            return _Case(delivery, attempt, case.account, case.proofs)
    raise NothingWaits("it was settled meanwhile")


def _listing(office: PostOffice, case: _Case) -> Listing | None:
    """What the account lists since the notice was prepared; None where that can't be asked. Raises NotSeen."""
    account = case.account
    channel = office.channels.get(account.channel) if account is not None else None
    if account is None or channel is None or not channel.abilities.lists:
        return None
    if not identity_holds(office, account):
        raise NotSeen(f"{account.id} can't say who it is, and was not asked: connect it, or say --on-my-word")
    try:
        listing = channel.listing(account, case.delivery.said_at - BEFORE, READS)
    except (LoginNeeded, PostDeferred, OutcomeUnknown, PostRefused, NotSupported) as trouble:
        raise NotSeen(f"{account.id} could not be asked ({trouble}): {_ASK}") from trouble
    with office.store.begin() as tx:
        book_reads(tx, office.know, account, listing.read, office.clock.now())
    return listing


def _shown(case: _Case, listing: Listing, post: str) -> Receipt:
    """The post's proof, as its account lists it. Raises NotSeen."""
    found = next((one for one in listing.posts if _names(post, one)), None)
    if found is None:
        read = "" if listing.complete else f" among the newest {len(listing.posts)}"
        raise NotSeen(f"{case.delivery.key.account} lists no post {post}{read}: {_ASK}")
    if found.platform_id not in case.proofs and not _says_it(case.delivery, found):
        raise NotSeen(f"post {found.platform_id} does not say what {case.delivery.reference} says: {_ASK}")
    return Receipt(platform_id=found.platform_id, url=found.url, at=found.at)


def _overlooked(office: PostOffice, case: _Case) -> None:
    """Raise NotSeen where the account lists what is said to be absent. Who can't be asked proves nothing."""
    try:
        listing = _listing(office, case)
    except NotSeen:
        return
    for one in listing.posts if listing is not None else ():
        if one.platform_id not in case.proofs and _says_it(case.delivery, one):
            raise NotSeen(f"post {one.platform_id} looks like it: settle it with --up {one.platform_id}, or {_ASK}")


def _says_it(delivery: Delivery, post: Listed) -> bool:
    return whose(post, [delivery], (), ()) is Whose.OURS


def _names(post: str, listed: Listed) -> bool:
    """Whether a link or id that a person copied is this post's."""
    if post in (listed.platform_id, listed.url):
        return True
    return _is_link(post) and _last(post) in (_last(listed.platform_id), _last(listed.url or ""))


def _on_word(case: _Case, post: str) -> Receipt:
    """A receipt that no platform confirmed. Raises NotSeen where a link does not tell the id."""
    if not _is_link(post):
        return Receipt(platform_id=post, at=case.attempt.started_at)
    if not _last(post).isdecimal():
        raise NotSeen(f"{post} does not tell the platform's own id: name that instead of the link")
    return Receipt(platform_id=_last(post), url=post, at=case.attempt.started_at)


def _is_link(post: str) -> bool:
    return post.startswith(("https://", "http://"))


def _last(link: str) -> str:
    return urlsplit(link).path.rstrip("/").rsplit("/", 1)[-1]


def _where(one: Delivery) -> str:
    return f"{one.key.account} part {one.key.part} ({one.key.language})"


def _log(actor: Actor, tx: Tx, now: datetime, act: str, one: Delivery, detail: str) -> None:
    tx.audit.write(now, actor.id, actor.via, act, one.reference, detail)


def _settled(one: Delivery, platform_id: str | None, how: str, over: bool = False) -> Settled:
    key = one.key
    return Settled(
        reference=one.reference,
        account=key.account,
        language=key.language,
        part=key.part,
        platform_id=platform_id,
        how=how,
        over=over,
    )
