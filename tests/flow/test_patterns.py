"""Like incidents on one line become a draft that waits for people: counted, with references, and no verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.domain.incidents import Incident, State
from core.domain.log import PatternEntry
from core.domain.notices import Kind, SubjectKind, Urgency
from core.domain.persons import Person
from core.domain.reviews import Edit
from core.flow.explain import explain_notice
from tests.flow.reviewing import ANN, BOB, changed, person, refused, replaced, shown_texts, waiting, yes
from tests.flow.stage import GREEN, OFFICER, Stage

STOPS = ("Harbour", "Harbour", "Harbour", "Harbour")


def series(stage: Stage, stops: tuple[str, ...] = STOPS, offence: str = "THF", **changes: object) -> list[Incident]:
    """One at each of these stations, a day apart, the newest two hours ago."""
    now, last = stage.clock.now(), len(stops) - 1
    return [
        stage.incident(
            f"p{number}", station=stop, offence_code=offence,
            occurred_from=now - timedelta(days=last - number, hours=2), **changes,
        )
        for number, stop in enumerate(stops)
    ]  # fmt: skip


def patterns(stage: Stage) -> list[PatternEntry]:
    with stage.fleet.store.begin() as tx:
        bodies = [entry.body for entry in tx.log.after(0, 1000)]
    return [body for body in bodies if isinstance(body, PatternEntry)]


def next_day(stage: Stage) -> None:
    stage.clock.step(days=1)
    stage.think()


class TestHeld:
    def test_a_series_waits_for_people_and_nothing_is_said(self, live: Stage) -> None:
        live.go(*series(live))
        proposal = waiting(live)
        assert (proposal.kind, proposal.urgency, proposal.rule) == (Kind.PATTERN, Urgency.ROUTINE, "pattern-waits")
        assert (proposal.about_person, proposal.needed, proposal.lines) == (False, 1, ("Green",))
        assert "4 of larceny within 4 days" in proposal.why
        assert not any("belong together" in text for text in live.platform.texts(GREEN))

    def test_what_is_behind_it_stands_as_references_alone(self, live: Stage) -> None:
        live.go(*series(live))
        [body] = patterns(live)
        with live.fleet.store.begin() as tx:
            behind = [
                str(entry.subject) for entry in tx.log.after(0, 1000) if entry.subject.kind is SubjectKind.INCIDENT
            ]
        assert sorted(body.incidents) == sorted(behind)

    def test_approved_it_is_said_as_a_count(self, live: Stage) -> None:
        live.go(*series(live))
        shown = shown_texts(live, f"x:{GREEN}")
        yes(live, ANN)
        live.work()
        [said] = [text for text in live.platform.texts(GREEN) if "belong together" in text]
        assert [said] == shown
        assert said.startswith("4 reports to police that are alike (theft) at Harbour on the Green Line")
        assert "dangerous" not in said

    def test_riders_stand_beside_the_count_where_the_operator_gives_them(self, live: Stage) -> None:
        know = live.house.know
        counted = replace(know, agency=replaced(know.agency, ridership={"Green": 41000}))
        live.house = replace(live.house, know=counted)
        live.go(*series(live))
        [text, *_] = shown_texts(live, f"local:{GREEN}")
        assert "About 41,000 people ride the Green Line on an ordinary day." in text

    def test_an_officers_own_words_take_its_place_and_need_another_person(self, live: Stage) -> None:
        live.go(*series(live))
        done = changed(live, BOB, Edit(words={"en": "Thefts were reported at Harbour this week. Mind your bags."}))
        assert refused(live, BOB, done.proposal) == "own-draft"
        yes(live, ANN, done.proposal)
        live.work()
        assert any(text.startswith("Thefts were reported") for text in live.platform.texts(GREEN))


class TestDays:
    def test_it_is_looked_for_once_a_day_and_says_nothing_twice(self, live: Stage) -> None:
        live.go(*series(live))
        next_day(live)
        next_day(live)
        assert len(patterns(live)) == 1

    def test_one_more_is_a_revision_of_the_same_and_the_older_draft_is_over(self, live: Stage) -> None:
        live.go(*series(live))
        before = waiting(live)
        live.clock.step(days=1)
        live.go(live.incident("p9", offence_code="THF"))
        assert [len(body.incidents) for body in patterns(live)] == [4, 5]
        assert refused(live, ANN, before) == "not-open"
        assert waiting(live).reference == before.reference

    def test_its_news_is_as_old_as_its_newest_incident(self, live: Stage) -> None:
        made = series(live)
        live.clock.step(days=4)
        live.go(*made)
        assert live.fates()[-1] == ("dropped", "too-old")


class TestNoPattern:
    def test_three_are_none(self, live: Stage) -> None:
        live.go(*series(live, STOPS[:3]))
        assert patterns(live) == []

    def test_what_may_not_be_said_is_not_counted(self, live: Stage) -> None:
        *three, fourth = series(live)
        live.go(*three, replaced(fourth, state=State.UNFOUNDED))
        assert patterns(live) == []

    def test_a_sheltered_offence_is_never_placed_by_a_pattern(self, live: Stage) -> None:
        live.go(*series(live, offence="SEX"))
        assert patterns(live) == []

    def test_it_falls_with_an_incident_behind_it(self, live: Stage) -> None:
        made = series(live)
        live.go(*made)
        proposal = waiting(live)
        live.take(replaced(made[0], state=State.UNFOUNDED))
        assert refused(live, ANN, proposal) == "fallen"
        live.think()
        with live.fleet.store.begin() as tx:
            entry = tx.log.entry(proposal.entry_seq)
        assert (entry.fate.value, entry.rule) == ("dropped", "pattern-shaken")


def test_one_offender_ties_stations_that_lie_apart_and_is_named_nowhere(live: Stage) -> None:
    stations = [one.name for one in live.house.know.gazetteer.stations if "Green" in one.lines]
    apart = (stations[0], stations[0], stations[-1], stations[-1])
    someone = Person(ref="REF-77", name="Pat Example", age=40)
    live.go(*series(live, apart, person=someone, state=State.ARRESTED))
    [body] = patterns(live)
    assert body.one_offender
    assert "REF-77" not in body.model_dump_json()
    assert "Pat" not in body.model_dump_json()


def test_it_is_explained_and_audited(live: Stage) -> None:
    live.go(*series(live))
    _, explained = explain_notice(OFFICER, live.fleet.store, live.house.know, waiting(live).reference)
    assert explained[0].rule == "pattern-waits"
    [row] = [row for row in live.audit() if row.act == "pattern found"]
    assert row.detail == "4 incidents of larceny on Green"
    assert person("eve").id not in row.detail
