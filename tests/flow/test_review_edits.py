"""Held posts are changed by their fields, or in words where nobody is spoken about; somebody else approves them."""

from __future__ import annotations

import pytest

from core.domain.reviews import Edit
from core.domain.staff import NotAllowed, Role
from tests.flow.reviewing import (
    ANN,
    BOB,
    CYD,
    DESK,
    changed,
    edit_refused,
    offence_held,
    person,
    refused,
    shown_texts,
    waiting,
    wanted,
    yes,
)
from tests.flow.stage import GREEN, Stage


class TestEdits:
    def test_a_composed_field_is_left_out_and_the_difference_is_shown(self, live: Stage) -> None:
        live.go(wanted(live))
        done = changed(live, BOB, Edit(leave_out=frozenset({"station"})))
        assert any(line.startswith("-") and "Harbour" in line for line in done.difference.splitlines())
        assert all("Harbour" not in text for text in shown_texts(live, f"x:{GREEN}", done.proposal))
        again = changed(live, CYD, Edit(about=True))
        assert again.proposal.drafted_by == ("bob", "cyd")
        assert all("Harbour" not in text for text in shown_texts(live, f"x:{GREEN}", again.proposal))

    def test_free_words_about_a_person_are_refused(self, live: Stage) -> None:
        live.go(wanted(live))
        assert edit_refused(live, Edit(words={"en": "He did it."})) == "free-text-about-a-person"

    def test_an_officers_own_words_need_another_person_and_go_out_as_typed(self, live: Stage) -> None:
        offence_held(live, offence_code="HOM")
        done = changed(live, DESK, Edit(words={"en": "Police are looking into a report on the Green Line."}))
        assert refused(live, DESK, done.proposal) == "own-draft"
        yes(live, ANN, done.proposal)
        live.work()
        [said] = live.platform.texts(GREEN)
        assert said.startswith("Police are looking into a report on the Green Line.")

    @pytest.mark.parametrize(
        "words",
        [
            "The one harmed is Pat Example.",
            "A boy aged 9 was there.",
            "Ask Mr Example.",
            "It was P. Example of the Green Line.",
            "Una mujer vio lo que pasó.",
        ],
    )
    def test_words_that_name_or_describe_somebody_are_refused_where_the_record_holds_nobody(
        self, live: Stage, words: str
    ) -> None:
        offence_held(live, offence_code="HOM")
        assert edit_refused(live, Edit(words={"en": words})) == "free-text-about-a-person"

    @pytest.mark.parametrize(
        "change",
        [
            Edit(words={"en": "A report at Harbour at 9:14 in the evening, northbound."}),
            Edit(words={"en": "Police look into a report."}),
            Edit(station="Harbour"),
            Edit(about=False),
        ],
    )
    def test_no_edit_brings_back_what_a_sheltered_offence_hides(self, live: Stage, change: Edit) -> None:
        held = offence_held(live)
        assert edit_refused(live, change) == "sheltered-stays-coarse"
        assert waiting(live).id == held.id

    def test_words_that_the_lint_finds_are_put_before_nobody(self, live: Stage) -> None:
        offence_held(live, offence_code="HOM")
        assert edit_refused(live, Edit(words={"en": "Call 212-555-0100, https://example.com/x"})) == "lint-link"

    def test_what_does_not_fit_is_refused_and_the_older_posts_stay_open(self, live: Stage) -> None:
        live.go(wanted(live))
        before = waiting(live)
        assert edit_refused(live, Edit()) == "no-change"
        assert edit_refused(live, Edit(station="Museum Of Nothing")) == "not-this-line"
        assert edit_refused(live, Edit(leave_out=frozenset({"crime"}))) == "no-words"
        assert edit_refused(live, Edit(languages_out=frozenset({"en"}))) == "no-words"
        assert waiting(live) == before
        with pytest.raises(NotAllowed):
            changed(live, person("eve", Role.OPERATOR), Edit(about=True))
