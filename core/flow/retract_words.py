"""What is said where a notice stood that was taken back: by its lead, reposted by the sisters that had reposted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.domain.deliveries import Act, Delivery, DeliveryKey, DeliveryState, NewDelivery
from core.domain.lines import Account, AccountId
from core.domain.notices import IncidentDraft, ReplyTo, Revision, TakingBackDraft
from core.flow.knowledge import Knowledge
from core.flow.posts import may_speak
from core.render.compose import compose
from core.rules.addressing import Cast, Stamp, address

_SURE = frozenset({DeliveryState.DELIVERED, DeliveryState.PRACTISED})


def words_instead(
    know: Knowledge, revision: Revision, stood: Sequence[Delivery], reference: str
) -> tuple[NewDelivery, ...]:
    """One short post for each account that led, under this reference."""
    return said_where_it_stood(know, revision, stood, TakingBackDraft(reference=reference, kind=revision.kind), {})


def said_where_it_stood(
    know: Knowledge,
    revision: Revision,
    stood: Sequence[Delivery],
    draft: TakingBackDraft | IncidentDraft,
    answers: Mapping[AccountId, ReplyTo],
) -> tuple[NewDelivery, ...]:
    """The draft for each account that led, in each language in which it stood there and which the fleet still speaks
    (where that is none: in the account's own), as an answer where that is given and the account can. It is said once it
    is certain that the notice stood there."""
    stamp = Stamp(
        notice_id=revision.notice_id,
        revision=revision.number,
        reference=draft.reference,
        urgency=revision.urgency,
        said_at=revision.prepared_at,
        expires_at=revision.expires_at,
    )
    owed: list[NewDelivery] = []
    can_answer = {account: to for account, to in answers.items() if account in know.voice.replies}
    for lead, sisters in _casts(know, stood):
        try:
            posts = compose(draft, [lead], know.voice, revision.number)
        except (LookupError, ValueError):  # words that can't be said somewhere must not keep a notice standing there
            continue
        reposts = frozenset({lead.channel}) if know.abilities[lead.channel].repost else frozenset()
        said = address([Cast(lead.channel, lead, sisters)], {lead.id: posts[0]}, stamp, reposts, can_answer)
        anchor = _anchor(stood, lead)
        owed += [one.model_copy(update={"needs": anchor}) if one.needs is None else one for one in said]
    return tuple(owed)


def _anchor(stood: Sequence[Delivery], lead: Account) -> DeliveryKey:
    """A post of the lead that stood: without it there is nothing to correct there."""
    own = [one for one in stood if one.key.account == lead.id and one.key.act is Act.POST]
    return next((one.key for one in own if one.state in _SURE), own[0].key)


def _casts(know: Knowledge, stood: Sequence[Delivery]) -> list[tuple[Account, tuple[Account, ...]]]:
    """Who led, with the languages in which it stood, and who reposted it on that platform."""
    speaks = may_speak(know, list(know.lines))
    leads = dict.fromkeys(one.key.account for one in stood if one.key.act is Act.POST)
    sisters = dict.fromkeys(one.key.account for one in stood if one.key.act is Act.REPOST)
    casts = []
    taken: set[str] = set()
    for name in leads:
        if name not in speaks:
            continue
        account = know.accounts[name]
        stood_in = dict.fromkeys(
            one.key.language for one in stood if one.key.account == name and one.key.act is Act.POST
        )
        spoken = tuple(one for one in stood_in if one in know.voice.catalogues)
        here = tuple(
            know.accounts[one]
            for one in sisters
            if one in speaks and one not in leads and know.accounts[one].channel == account.channel
        )
        casts.append(
            (
                account.model_copy(update={"languages": spoken or account.languages}),
                () if account.channel in taken else here,
            )
        )
        taken.add(account.channel)
    return casts
