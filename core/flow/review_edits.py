"""Held posts are changed before they go: composed fields, or an officer's own words where nobody is spoken about."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.notices import Notice
from core.domain.reviews import WAITS, Edit, Proposal, ProposalState
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.falling import end
from core.flow.knowledge import Knowledge
from core.flow.linting import Unfit, nobodys_names
from core.flow.proposals import facts_of_entry, propose
from core.flow.reviews import ReviewRefused, held
from core.ports.clock import Clock
from core.ports.store import SealedAway, Store, Tx
from core.rules.drafting import sheltered
from core.rules.partner_words import names_somebody
from core.rules.reviewing import Refusal, difference, says_more


@dataclass(frozen=True)
class Edited:
    """The posts that took the others' place, and what a rider would read otherwise."""

    proposal: Proposal
    instead_of: str
    difference: str


def edit(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, change: Edit) -> Edited:
    """New posts in the place of held ones; approvals so far count no more, and the editor can't approve.

    Raises NotAllowed, NoSuchProposal, ReviewRefused.
    """
    demand(actor, Role.OFFICER, Role.REVIEWER)
    with store.begin(durable=True) as tx:
        before = held(tx, wanted)
        notice = tx.notices.get(before.notice_id)
        if before.state not in WAITS or notice is None:
            raise ReviewRefused(Refusal("not-open", f"{before.id} is {before.state.value}"))
        _demand_fitting(know, before, change)
        _demand_nobody_found(tx, know, before, change)
        try:
            old = tx.reviews.content(before.id)
        except SealedAway:
            raise ReviewRefused(Refusal("erased", "its record was erased")) from None
        end(actor, tx, clock.now(), before, ProposalState.FALLEN, f"edited by {actor.id}")
        made = _anew(actor, tx, know, clock, before, notice, _whole(know, change).over(old.edit))
        new = tx.reviews.content(made.id)
        tx.audit.write(clock.now(), actor.id, actor.via, "posts edited", made.id, f"in place of {before.id}")
    return Edited(made, before.id, difference(old.forms, new.forms))


def _anew(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, before: Proposal, notice: Notice, whole: Edit
) -> Proposal:
    ruling = Ruling(verdict=Verdict.HOLD, rule=before.rule, why=before.why)
    editors = (*before.drafted_by, actor.id)
    entry = tx.log.entry(before.entry_seq)
    try:
        made = propose(actor, tx, know, clock, entry, notice, before.lines, ruling, whole, editors)
    except Unfit as unfit:
        raise ReviewRefused(Refusal(unfit.ruling.rule, unfit.ruling.why)) from None
    if made is None:
        raise ReviewRefused(Refusal("no-words", "with this change nothing could be said: leave out less"))
    return made


def _whole(know: Knowledge, change: Edit) -> Edit:
    """An officer's words are said in their languages alone: nothing is translated."""
    if not change.words:
        return change
    spoken = {language for account in know.accounts.values() for language in account.languages}
    return change.model_copy(update={"languages_out": change.languages_out | (spoken - set(change.words))})


def _demand_fitting(know: Knowledge, before: Proposal, change: Edit) -> None:
    if change == Edit():
        raise ReviewRefused(Refusal("no-change", "say what is to be changed"))
    if change.words and before.about_person:
        why = "no free words about a person: change or leave out the composed fields"
        raise ReviewRefused(Refusal("free-text-about-a-person", why))
    if any(not text.strip() for text in change.words.values()):
        raise ReviewRefused(Refusal("no-words", "the text is empty"))
    named = {station.name: station.lines for station in know.gazetteer.stations}
    if change.station is not None and not set(named.get(change.station, ())) & set(before.lines):
        why = f"{change.station!r} is no station of {' '.join(before.lines)} in the gazetteer"
        raise ReviewRefused(Refusal("not-this-line", why))


def _demand_nobody_found(tx: Tx, know: Knowledge, before: Proposal, change: Edit) -> None:
    """Nothing brings back what a sheltered offence hides, and no typed words name or describe somebody."""
    facts = facts_of_entry(tx.log.entry(before.entry_seq))
    if says_more(change) and facts is not None and sheltered(know.offence(facts)):
        why = "a sheltered offence is said by its line and the part of the day alone: leave out, reject, or let it be"
        raise ReviewRefused(Refusal("sheltered-stays-coarse", why))
    if any(names_somebody(text, (*nobodys_names(know), know.agency.bureau)) for text in change.words.values()):
        why = "the words may name or describe somebody: say it without, or let the composed posts stand"
        raise ReviewRefused(Refusal("free-text-about-a-person", why))
