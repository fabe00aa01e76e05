"""People of the tests who look at held posts, and what they do with them."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.incidents import Incident, State
from core.domain.persons import Description, Person
from core.domain.reviews import Edit, Proposal, ProposalState
from core.domain.staff import Actor, Role
from core.flow.review_edits import Edited, edit
from core.flow.review_shown import list_reviews, show_review
from core.flow.reviews import ReviewRefused, approve
from tests.flow.stage import Stage


def person(name: str, *roles: Role) -> Actor:
    return Actor(id=name, roles=frozenset(roles or {Role.REVIEWER}), via="cli")


ANN, BOB, CYD = person("ann"), person("bob"), person("cyd")
DESK = person("dot", Role.OFFICER, Role.REVIEWER)
WANTED = Person(name="Pat Example", age=40, case_reference="CASE-1", description=Description(hair="BLK"))


def wanted(stage: Stage, number: str = "1", **changes: Any) -> Incident:
    """An incident whose person is wanted under a case number."""
    return stage.incident(number, **{"state": State.WANTED, "person": WANTED, **changes})


def waiting(stage: Stage) -> Proposal:
    """The one that waits."""
    [found] = [one for one in list_reviews(ANN, stage.fleet.store, 9) if one.state.value in ("open", "approved once")]
    return found


def no_to_all(proposal: Proposal) -> dict[str, str]:
    return dict.fromkeys(proposal.questions, "no")


def yes(stage: Stage, actor: Actor, proposal: Proposal | None = None, **how: Any) -> Proposal:
    """Approve what was shown, with every question answered."""
    proposal = proposal or waiting(stage)
    how = {"shown_hash": proposal.hash, "answers": no_to_all(proposal), **how}
    return approve(actor, stage.fleet.store, stage.house.know, stage.clock, proposal.id, **how)


def refused(stage: Stage, actor: Actor, proposal: Proposal | None = None, **how: Any) -> str:
    """The rule that refuses this approval."""
    with pytest.raises(ReviewRefused) as error:
        yes(stage, actor, proposal, **how)
    return error.value.rule


def shown_texts(stage: Stage, account: str, proposal: Proposal | None = None) -> list[str]:
    review = show_review(ANN, stage.fleet.store, stage.house.know, stage.clock, (proposal or waiting(stage)).id)
    assert review.content is not None
    return [p.text for form in review.content.forms if form.account == account and form.threads for p in form.posts]


def state(stage: Stage, proposal: Proposal) -> ProposalState:
    return show_review(ANN, stage.fleet.store, stage.house.know, stage.clock, proposal.id).proposal.state


def offence_held(stage: Stage, **changes: Any) -> Proposal:
    """A robbery that its catalogue's neighbour holds: nobody is spoken about, one approval does."""
    stage.go(stage.incident(**{"offence_code": "SEX", **changes}))
    return waiting(stage)


def changed(stage: Stage, actor: Actor, change: Edit, wanted_: Proposal | None = None) -> Edited:
    named = (wanted_ or waiting(stage)).id
    return edit(actor, stage.fleet.store, stage.house.know, stage.clock, named, change)


def waiting_id(stage: Stage) -> str:
    with stage.fleet.store.begin() as tx:
        return tx.reviews.latest(1)[0].id


def edit_refused(stage: Stage, change: Edit) -> str:
    with pytest.raises(ReviewRefused) as error:
        changed(stage, BOB, change)
    return error.value.rule


def replaced(noun: Any, **changes: Any) -> Any:
    return noun.model_copy(update=changes)
