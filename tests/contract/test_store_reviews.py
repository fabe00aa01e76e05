"""Held posts are kept byte for byte in the vault, and each yes once, on each database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from core.domain.lines import AccountMode, LineId
from core.domain.notices import Kind, NoticeId, Post, PostPicture, ReplyTo, Urgency
from core.domain.reviews import Approval, Edit, Form, Proposal, ProposalContent, ProposalState, hash_of
from core.ports.store import SealedAway, Store
from tests.contract.samples import GREEN, NOW, RED, claimed_keys, key, notice, owed, subject

POST = Post(language="en", part=1, text="A made-up text", spoken="A made-up text", reply_to=None)
PICTURE = PostPicture(
    sha256="a" * 64, media_type="image/png", width=2, height=2, alt="A made-up drawing", ref="somewhere"
)
FORMS = (Form(account=GREEN, mode=AccountMode.LIVE, threads=False, posts=(POST,)),)


def proposal(number: int = 1, name: str = "n1", **changes: object) -> Proposal:
    plain = Proposal(
        id=f"REF{name}-{number}",
        notice_id=NoticeId(name),
        reference=f"REF{name}",
        revision=1,
        entry_seq=1,
        kind=Kind.WANTED,
        urgency=Urgency.URGENT,
        lines=(LineId("G"),),
        about_person=True,
        rule="about-a-person",
        why="it is about a person",
        policy_hash="made-up",
        hash=hash_of(NoticeId(name), 1, (LineId("G"),), FORMS),
        needed=2,
        drafted_by=("ana",),
        created_at=NOW + timedelta(seconds=number),
        expires_at=NOW + timedelta(hours=24),
    )
    return plain.model_copy(update=changes)


def kept(store: Store, *some: Proposal) -> None:
    with store.begin() as tx:
        for name in dict.fromkeys(one.notice_id for one in some):
            tx.notices.create(notice(name))
        for one in some:
            tx.reviews.add(one, ProposalContent(forms=FORMS, edit=Edit(leave_out=frozenset({"area"}))))


def test_what_may_go_out_comes_back_byte_for_byte(store: Store) -> None:
    kept(store, proposal())
    with store.begin() as tx:
        assert tx.reviews.get("REFn1-1") == tx.reviews.hold("REFn1-1") == proposal()
        assert tx.reviews.get("REFn1-9") is None
        content = tx.reviews.content("REFn1-1")
        assert content == ProposalContent(forms=FORMS, edit=Edit(leave_out=frozenset({"area"})))
        assert hash_of(NoticeId("n1"), 1, (LineId("G"),), content.forms) == proposal().hash
        with pytest.raises(KeyError):
            tx.reviews.content("REFn1-9")


def test_they_are_listed_by_notice_by_state_and_by_age(store: Store) -> None:
    kept(store, proposal(1), proposal(2), proposal(1, "n2"))
    with store.begin() as tx:
        tx.reviews.change(proposal(1).model_copy(update={"state": ProposalState.FALLEN}))
    with store.begin() as tx:
        assert [one.id for one in tx.reviews.of_notice(NoticeId("n1"))] == ["REFn1-1", "REFn1-2"]
        assert [one.id for one in tx.reviews.in_states([ProposalState.OPEN], 9)] == ["REFn2-1", "REFn1-2"]
        assert [one.id for one in tx.reviews.in_states([ProposalState.FALLEN], 9)] == ["REFn1-1"]
        assert [one.id for one in tx.reviews.latest(1)] == ["REFn1-2"]


def test_a_change_keeps_the_bytes_and_its_words_lie_in_the_vault(store: Store) -> None:
    kept(store, proposal())
    ended = proposal(state=ProposalState.REJECTED, ended_by="bob", ended_why="privacy")
    with store.begin() as tx:
        assert tx.reviews.words("REFn1-1") is None
        tx.reviews.change(ended, "made-up words about somebody")
    with store.begin() as tx:
        assert tx.reviews.get("REFn1-1") == ended
        assert tx.reviews.words("REFn1-1") == "made-up words about somebody"
        assert tx.reviews.content("REFn1-1").forms == FORMS
        with pytest.raises(KeyError):
            tx.reviews.change(proposal(7))


def test_each_person_says_yes_once(store: Store) -> None:
    kept(store, proposal())
    first = Approval(proposal_id="REFn1-1", by="bob", via="cli", at=NOW, hash="h", answers={"q1": "no"})
    second = first.model_copy(update={"by": "cyd", "at": NOW + timedelta(seconds=1), "via": "api"})
    with store.begin() as tx:
        assert tx.reviews.approve(first)
        assert tx.reviews.approve(second)
        assert not tx.reviews.approve(first.model_copy(update={"hash": "other"}))
        assert tx.reviews.approvals("REFn1-1") == [first, second]
        assert tx.reviews.approvals("REFn1-2") == []


def test_an_erased_incident_takes_its_posts_and_words_with_it(store: Store) -> None:
    kept(store, proposal())
    with store.begin() as tx:
        tx.reviews.change(proposal(), "made-up words")
        tx.vault.erase(subject("n1").key)
    with store.begin() as tx:
        assert tx.reviews.get("REFn1-1") == proposal()
        assert tx.reviews.words("REFn1-1") is None
        with pytest.raises(SealedAway):
            tx.reviews.content("REFn1-1")
        tx.reviews.change(proposal(state=ProposalState.FALLEN), "more made-up words")
        assert tx.reviews.words("REFn1-1") is None
        with pytest.raises(SealedAway):
            tx.reviews.add(proposal(2), ProposalContent(forms=FORMS))


def test_who_holds_a_proposal_changes_it_alone(store: Store) -> None:
    kept(store, proposal())
    held, go = threading.Event(), threading.Event()

    def first() -> None:
        with store.begin() as tx:
            assert tx.reviews.hold("REFn1-1") == proposal()
            held.set()
            assert go.wait(10)
            tx.reviews.change(proposal(state=ProposalState.APPROVED_ONCE))

    def second() -> ProposalState:
        assert held.wait(10)
        go.set()
        with store.begin() as tx:
            seen = tx.reviews.hold("REFn1-1")
            assert seen is not None
            return seen.state

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(first), pool.submit(second)
        one.result()
        assert other.result() is ProposalState.APPROVED_ONCE


def test_who_typed_an_incident_is_known_once(store: Store) -> None:
    with store.begin() as tx:
        for name in ("bob", "ana", "bob"):
            tx.reviews.typed(subject("one"), name)
        assert tx.reviews.typed_by(subject("one")) == ["ana", "bob"]
        assert tx.reviews.typed_by(subject("two")) == []


def test_what_is_held_for_a_while_is_given_once_when_its_time_has_come(store: Store) -> None:
    with store.begin() as tx:
        tx.reviews.ask_again(4, NOW + timedelta(hours=9))
        tx.reviews.ask_again(4, NOW + timedelta(hours=1))
        tx.reviews.ask_again(3, NOW + timedelta(hours=1))
        tx.reviews.ask_again(5, NOW + timedelta(hours=2))
    with store.begin() as tx:
        assert tx.reviews.to_ask(NOW, 9) == []
        assert tx.reviews.to_ask(NOW + timedelta(hours=1), 9) == [3, 4]
        assert tx.reviews.to_ask(NOW + timedelta(hours=1), 9) == []
        assert tx.reviews.to_ask(NOW + timedelta(hours=9), 9) == [5]


def test_what_may_be_undone_is_not_due_before_its_seconds_are_over(store: Store) -> None:
    with store.begin() as tx:
        assert tx.outbox.add([owed(key("n7"))], NOW, after_seconds=3600) == 1
        assert tx.outbox.add([owed(key("n8"))], NOW) == 1
    assert claimed_keys(store) == [key("n8")]
    with store.begin() as tx:
        assert [one.key for one in tx.outbox.of_notice(NoticeId("n7"))] == [key("n7")]


class TestTheHash:
    """Each thing that an approval binds to, changed alone."""

    first = Post(language="en", part=1, text="See https://example.org/a", spoken="See it")
    second = Post(
        language="en",
        part=2,
        text="More",
        spoken="More",
        reply_to=ReplyTo(revision=1, language="en", part=1),
    )

    def of(self, *posts: Post, notice_id: str = "n1", revision: int = 1, lines: str = "G", **form: object) -> str:
        plain = Form(account=GREEN, mode=AccountMode.LIVE, threads=True, posts=posts or (self.first, self.second))
        return hash_of(NoticeId(notice_id), revision, (LineId(lines),), (plain.model_copy(update=form),))

    def test_it_is_the_same_for_the_same(self) -> None:
        assert self.of() == self.of()

    @pytest.mark.parametrize(
        "change",
        [
            {"text": "See https://example.org/b"},
            {"text": "See  https://example.org/a"},
            {"spoken": "See that"},
            {"language": "es"},
            {"part": 3},
            {"reply_to": ReplyTo(revision=1, language="en", part=1)},
            {"picture": PICTURE},
        ],
        ids=["link", "text", "spoken", "language", "part", "reply target", "picture"],
    )
    def test_it_changes_with_each_thing_of_a_post(self, change: dict[str, Any]) -> None:
        assert self.of(self.first.model_copy(update=change), self.second) != self.of()

    @pytest.mark.parametrize(
        "reply",
        [
            ReplyTo(revision=2, language="en", part=1),
            ReplyTo(revision=1, language="es", part=1),
            ReplyTo(revision=1, language="en", part=2),
            None,
        ],
    )
    def test_it_changes_with_what_is_answered(self, reply: ReplyTo | None) -> None:
        assert self.of(self.first, self.second.model_copy(update={"reply_to": reply})) != self.of()

    @pytest.mark.parametrize("change", [{"sha256": "b" * 64}, {"alt": "Another made-up drawing"}], ids=["bytes", "alt"])
    def test_it_changes_with_the_pictures_bytes_and_its_alt_text(self, change: dict[str, Any]) -> None:
        drawn = self.first.model_copy(update={"picture": PICTURE})
        other = self.first.model_copy(update={"picture": PICTURE.model_copy(update=change)})
        assert self.of(drawn) != self.of(other)

    def test_it_does_not_change_with_where_the_same_picture_lies(self) -> None:
        drawn = self.first.model_copy(update={"picture": PICTURE})
        moved = self.first.model_copy(update={"picture": PICTURE.model_copy(update={"ref": "elsewhere"})})
        assert self.of(drawn) == self.of(moved)

    def test_it_changes_with_the_order_of_the_parts(self) -> None:
        assert self.of(self.second, self.first) != self.of()

    @pytest.mark.parametrize(
        "change",
        [{"account": RED}, {"mode": AccountMode.PRACTICE}, {"threads": False}],
        ids=["account", "mode", "threads"],
    )
    def test_it_changes_with_who_says_it_and_how(self, change: dict[str, Any]) -> None:
        assert self.of(**change) != self.of()

    def test_it_changes_with_notice_revision_and_lines(self) -> None:
        every = {self.of(), self.of(notice_id="n2"), self.of(revision=2), self.of(lines="R")}
        assert len(every) == 4

    def test_it_changes_with_a_form_more(self) -> None:
        form = Form(account=GREEN, mode=AccountMode.LIVE, threads=True, posts=(self.first,))
        lines = (LineId("G"),)
        one = hash_of(NoticeId("n1"), 1, lines, (form,))
        assert one != hash_of(NoticeId("n1"), 1, lines, (form, form.model_copy(update={"threads": False})))
