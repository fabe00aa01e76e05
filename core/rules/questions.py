"""What whoever approves must answer, since no rule can tell it from a record."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.incidents import Facts
from core.domain.policy import Question, QuestionFor


def questions_for(facts: Facts, questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions of the policy (`Policy.questions`) that this notice raises, in their order. "Yes" to any of them
    means that it may not go out; the answers are stored with the approval."""
    person = facts.person
    wanted = {QuestionFor.ANY}
    if facts.about_person:
        wanted.add(QuestionFor.PERSON)
    if person is not None and person.pictured:
        wanted.add(QuestionFor.PICTURE)
    return tuple(one for one in questions if one.asked_for in wanted)
