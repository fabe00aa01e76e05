"""A robbery with a wanted person and a sheltered offence; staff, records and machines do what they like to them.

The model (`review_model.py`) knows only what people were shown and did; what went out is read from the platforms.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.domain.incidents import NEVER_SAID, Incident, Release, State
from core.domain.notices import Speaker
from core.domain.reviews import UNDER_WAY, Edit, ProposalState, RejectBecause
from core.domain.staff import NotAllowed, Role
from core.domain.taking_back import Because
from core.flow.pictures import prepare_picture
from core.flow.retract import NoSuchNotice, retract
from core.flow.review_edits import edit
from core.flow.review_shown import show_review
from core.flow.reviews import NoSuchProposal, ReviewRefused, approve, reject, undo
from core.flow.workers import work_once
from core.render.pictures import Box
from tests.flow.review_model import Look, OneNotice, Said, look_of, sha256
from tests.flow.reviewing import ANN, BOB, CYD, DESK, person, replaced
from tests.flow.stage import BLUE, GREEN, RED, on_stage
from tests.flow.test_prepared_pictures import WANTED, still

ROBBERY, SHELTERED = "1", "2"
EVE = person("eve", Role.PARTNER)
POLICIES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "another": {"daily_limit": 40},
    "of age at 60": {"adult_age": 60},
}
EDITS = (
    Edit(about=True),
    Edit(about=True),
    Edit(leave_out=frozenset({"station"})),
    Edit(words={"en": "Police are looking into a report."}),
    Edit(),
    Edit(station="Museum Of Nothing"),
    Edit(languages_out=frozenset({"en"})),
)
WAYS = ("no answer", "answers yes", "bypass", "bypass for nothing", "twice", "may not")
TAKEN: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()

numbers = st.sampled_from([ROBBERY, ROBBERY, SHELTERED])
reviewers = st.sampled_from([ANN, BOB, CYD, DESK])
some_of_ten = st.integers(0, 9)
records = st.sampled_from([State.WANTED] * 5 + [State.ARRESTED] * 2 + [State.UNFOUNDED])


class Reviewing(RuleBasedStateMachine):
    """The machine; `model` is keyed by the incident's number."""

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.opened = ExitStack(), ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.model = {ROBBERY: OneNotice(sheltered=False), SHELTERED: OneNotice(sheltered=True)}
        self.state = {ROBBERY: State.WANTED, SHELTERED: State.REPORTED}
        self.policy, self.reloads, self.thought_by, self.typed = "as it is", 0, 0, 0
        self.judged: set[tuple[str, str]] = set()
        self.said_as: dict[str, Said] = {}
        self.numbers: dict[str, str] = {}

    def teardown(self) -> None:
        self.opened.close()
        self.stack.close()

    @initialize()
    def begin(self) -> None:
        self.stage = self.opened.enter_context(on_stage(self.folder))
        self._rule_by("as it is")
        self.stage.connect()
        self.stage.take(*(self._record(number) for number in self.model))
        self.stage.think()
        for number in self.model:
            self.numbers[self._reference(number)] = number

    def _rule_by(self, name: str) -> None:
        if not hasattr(self, "plain"):
            self.plain = self.stage.house.know
        know = replace(self.plain, policy=replaced(self.plain.policy, hash=f"{self.reloads}", **POLICIES[name]))
        self.stage.house = replace(self.stage.house, know=know)
        self.stage.office = replace(self.stage.office, know=know)
        self.policy = name

    def _record(self, number: str) -> Incident:
        self.typed += 1
        of_whom = {"person": WANTED, "release": Release(purpose="made up")} if number == ROBBERY else {}
        offence = "ROB" if number == ROBBERY else "SEX"
        told = f"typed {self.typed} times"
        return self.stage.incident(number, offence_code=offence, state=self.state[number], free_text=told, **of_whom)

    def _reference(self, number: str) -> str:
        know = self.stage.house.know
        subject = know.identity.incident("Example Transit Police", number)
        return know.identity.reference(know.identity.notice(subject, Speaker.BUREAU))

    @property
    def _flow(self) -> tuple[Any, Any, Any]:
        return self.stage.fleet.store, self.stage.house.know, self.stage.clock

    def _under_way(self, number: str) -> bool:
        with self.stage.fleet.store.begin() as tx:
            notice = tx.notices.by_reference(self._reference(number))
            return notice is not None and any(one.state in UNDER_WAY for one in tx.reviews.of_notice(notice.id))

    def _try(self, taken: str, act: Callable[[], Any]) -> Any:
        """What the act gives, counted; None where it was refused, counted by the rule's name."""
        try:
            done = act()
        except ReviewRefused as no:
            REFUSED[no.rule] += 1
        except NotAllowed:
            REFUSED["not allowed"] += 1
        except (NoSuchProposal, NoSuchNotice):
            pass
        else:
            TAKEN[taken] += 1
            return done
        return None

    @rule(number=numbers, who=reviewers)
    def looks(self, number: str, who: Any) -> None:
        review = self._try("looked", lambda: show_review(who, *self._flow, self._reference(number)))
        if review is not None and review.content is not None:
            self.model[number].looks[who.id] = look_of(review)

    @rule(number=numbers, who=reviewers, anew=st.booleans())
    def says_yes(self, number: str, who: Any, anew: bool) -> None:
        """To what they saw last, which may be what others have changed since."""
        if anew or who.id not in self.model[number].looks:
            self.looks(number, who)
        if who.id in self.model[number].looks:
            self._yes(number, who, self.model[number].looks[who.id], "no", None)

    @rule(number=numbers)
    def two_say_yes(self, number: str) -> None:
        """What happens most nights."""
        self.thinks()
        for who in (ANN, BOB):
            self.says_yes(number, who, True)

    @rule(number=numbers, who=reviewers, how=st.sampled_from(WAYS))
    def says_yes_in_another_way(self, number: str, who: Any, how: str) -> None:
        self.thinks()
        self.looks(number, who)
        look = self.model[number].looks.get(who.id)
        if look is not None:
            answer = {"no answer": None, "answers yes": "yes"}.get(how, "no")
            bypass = {"bypass": "it is night", "bypass for nothing": "  "}.get(how)
            for _ in range(2 if how == "twice" else 1):
                self._yes(number, EVE if how == "may not" else who, look, answer, bypass)

    def _yes(self, number: str, who: Any, look: Look, answer: str | None, bypass: str | None) -> None:
        answers = {} if answer is None else dict.fromkeys(look.questions, answer)
        how: dict[str, Any] = {"shown_hash": look.hash, "answers": answers, "bypass": bypass}
        gone = self._try("one yes", lambda: approve(who, *self._flow, self._reference(number), **how))
        if gone is None:
            return
        model = self.model[number]
        assert not model.forbidden, "a yes counted for what may not be said"
        assert not model.back, "a yes counted for what was taken back"
        assert not (look.about_person and self.policy == "of age at 60"), "a yes counted against a rule about persons"
        if gone.state is not ProposalState.APPROVED_ONCE:
            assert model.yes(who.id, look, bypass=bypass is not None), f"let go by {who.id} alone or by its drafter"
            model.leaves_at = gone.leaves_at
            TAKEN["let go"] += 1
            TAKEN["bypassed"] += gone.bypassed_by is not None
        else:
            model.yes(who.id, look, bypass=False)

    @rule(number=numbers, who=st.sampled_from([CYD, DESK, BOB, EVE]), change=st.sampled_from(EDITS))
    def edits(self, number: str, who: Any, change: Edit) -> None:
        done = self._try("edited", lambda: edit(who, *self._flow, self._reference(number), change))
        if done is not None:
            editors = self.model[number].editors | {who.id}
            self.model[number].void(also_let_go=False)
            self.model[number].editors = editors

    @rule(number=numbers, why=st.sampled_from(RejectBecause), who=st.sampled_from([CYD, EVE]), dice=some_of_ten)
    def rejects(self, number: str, why: RejectBecause, who: Any, dice: int) -> None:
        if dice < 3:
            done = self._try("rejected", lambda: reject(who, *self._flow, self._reference(number), why))
            if done is not None:
                self.model[number].void(also_let_go=False)

    @rule(number=numbers, dice=some_of_ten)
    def undoes(self, number: str, dice: int) -> None:
        if self._try("undone", lambda: undo(BOB, *self._flow, self._reference(number))) is not None:
            self.model[number].void(also_let_go=True)
            self._perhaps_thinks(dice)

    @rule(tint=st.sampled_from(["teal", "maroon"]), dice=some_of_ten)
    def prepares_a_picture(self, tint: str, dice: int) -> None:
        subject = self.stage.house.know.identity.incident("Example Transit Police", ROBBERY)
        boxes = (Box(0, 0, 200, 200), [Box(0, 0, 9, 9)])
        prepare_picture(DESK, *self._flow, subject.key, still(tint), *boxes)
        TAKEN["picture anew"] += 1
        self.model[ROBBERY].void(also_let_go=True)
        self.model[ROBBERY].prepared_by.add(DESK.id)
        self._perhaps_thinks(dice)

    @rule(number=numbers, dice=some_of_ten)
    def takes_back(self, number: str, dice: int) -> None:
        if dice < 2:
            under_way = self._under_way(number)
            act = lambda: retract(ANN, *self._flow, self._reference(number), Because.ERROR)  # noqa: E731
            if self._try("taken back", act) is not None:
                TAKEN["taken back while under way"] += under_way
                self.model[number].back = True
                self.model[number].void(also_let_go=True)

    @rule(number=numbers, state=records, dice=some_of_ten)
    def record_comes_anew(self, number: str, state: State, dice: int) -> None:
        self.state[number] = state if number == ROBBERY or state in NEVER_SAID else State.REPORTED
        under_way, forbidden = self._under_way(number), state in NEVER_SAID
        self.stage.take(self._record(number))
        self.model[number].forbidden = forbidden
        self.model[number].ever_forbidden |= forbidden
        self.model[number].void(also_let_go=True)
        TAKEN["record forbidden" if forbidden else "record anew"] += 1
        TAKEN["record forbidden while under way"] += under_way and forbidden
        self._perhaps_thinks(dice)

    @rule(name=st.sampled_from(["as it is", *POLICIES]), dice=some_of_ten)
    def policy_comes_anew(self, name: str, dice: int) -> None:
        TAKEN["policy anew"] += 1
        TAKEN["policy anew while under way"] += any(self._under_way(number) for number in self.model)
        self.reloads += 1
        self._rule_by(name)
        for model in self.model.values():
            model.void(also_let_go=False)
        self._perhaps_thinks(dice)

    def _perhaps_thinks(self, dice: int) -> None:
        if dice < 7:
            self.thinks()

    @rule()
    def thinks(self) -> None:
        """A changed policy takes back what had still to wait."""
        self.stage.think()
        if self.reloads != self.thought_by:
            for model in self.model.values():
                if model.leaves_at is not None and self.stage.clock.now() < model.leaves_at:
                    model.void(also_let_go=True)
        self.thought_by = self.reloads

    @rule()
    def delivers(self) -> None:
        while work_once(self.stage.office, "worker"):
            pass

    @rule(seconds=st.sampled_from([5, 31, 31, 31, 600, 13 * 3600]), dice=some_of_ten)
    def time_passes(self, seconds: float, dice: int) -> None:
        TAKEN["time passed"] += 1
        self.stage.clock.step(seconds=seconds)
        self.stage.time_passes(seconds)
        for model in self.model.values():
            if seconds > 12 * 3600:  # no approval lives as long
                model.void(also_let_go=False)
        if dice < 7:
            self.delivers()

    @rule()
    def restarts(self) -> None:
        """The platform and the clock go on while the program stands still."""
        TAKEN["restarted"] += 1
        before = self.stage
        self.opened.close()
        self.opened = ExitStack()
        self.stage = self.opened.enter_context(on_stage(self.folder))
        self.stage.platform, before.platform.now = before.platform, self.stage.clock.now
        self.stage.clock.step(seconds=(before.clock.now() - self.stage.clock.now()).total_seconds())
        channels = {**self.stage.office.channels, "x": before.platform}
        self.stage.office = replace(self.stage.office, channels=channels)
        self.plain = self.stage.house.know
        self._rule_by(self.policy)

    # --- the judge

    @invariant()
    def nothing_went_out_that_nobody_approved(self) -> None:
        for where, said, reference in [*self._on_x(), *self._on_local()]:
            if where not in self.judged:
                self.judged.add(where)
                if reference not in self.numbers:  # a digest after an outage: it says of incidents where they were
                    assert str(WANTED.name) not in said[1], f"a person in a digest: {said}"
                    assert self._reference(SHELTERED) not in said[1], f"a sheltered offence in a digest: {said}"
                    TAKEN["delivered in a digest"] += 1
                    continue
                model = self.model[self.numbers[reference]]
                wrong = model.wrong(said)
                assert wrong is None, f"{wrong}: {said}"
                TAKEN["delivered as approved" if said in model.let_go else "delivered by itself"] += 1

    def _on_x(self) -> list[tuple[tuple[str, str], Said, str]]:
        if not hasattr(self, "stage"):
            return []
        rows = self.stage.platform.record
        self.said_as |= {row.id: (f"x:{row.handle}", row.text, "") for row in rows if row.repost_of is None}
        said = [(row.id, self.said_as[row.repost_of or row.id]) for row in rows]
        return [(("x", name), one, re.findall(r"Ref ([0-9A-Z]{7})", one[1])[0]) for name, one in said]

    def _on_local(self) -> list[tuple[tuple[str, str], Said, str]]:
        found = []
        for handle in (GREEN, RED, BLUE) if hasattr(self, "stage") else ():
            for post in self.stage.posts(handle):
                name = post.picture.address.rsplit("/", 1)[1] if post.picture else ""
                shown = self.stage.fleet.timeline.picture(name) if name else None
                said = (f"local:{handle}", post.text, sha256(shown.content if shown else None))
                found.append((("local", f"{handle} {post.id}"), said, post.reference))
        return found
