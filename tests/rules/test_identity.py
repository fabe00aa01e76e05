"""What finds a notice again: derived, checked, readable by a tired person."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.domain.identity import ALPHABET, LENGTH, Identity, read_reference
from core.domain.notices import NoticeId, Speaker

IDENTITY = Identity(b"a made-up secret of a made-up fleet")
notice_ids = st.text("0123456789abcdef", min_size=32, max_size=32).map(NoticeId)


@given(notice_ids, st.integers(0, 50))
def test_a_reference_is_read_back_in_any_case(notice_id: NoticeId, collision: int) -> None:
    reference = IDENTITY.reference(notice_id, collision)
    assert len(reference) == LENGTH
    assert not set(reference) & set("AEIOUL")
    assert read_reference(f" {reference.lower()} ") == reference


@given(notice_ids, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(notice_id: NoticeId, place: int, wrong: str) -> None:
    reference = IDENTITY.reference(notice_id)
    changed = reference[:place] + wrong + reference[place + 1 :]
    assert (read_reference(changed) == changed) == (changed == reference)


@given(notice_ids)
def test_letters_that_look_like_digits_are_taken_for_them(notice_id: NoticeId) -> None:
    reference = IDENTITY.reference(notice_id)
    assert read_reference(reference.replace("0", "O").replace("1", "l")) == reference


@given(notice_ids)
def test_a_collision_takes_another_value(notice_id: NoticeId) -> None:
    values = {IDENTITY.reference(notice_id, collision) for collision in range(20)}
    assert len(values) == 20


def test_the_same_subject_has_the_same_ids_and_another_fleet_others() -> None:
    subject = IDENTITY.incident("bureau", "17")
    assert IDENTITY.incident(" bureau", "17 ") == subject
    assert IDENTITY.incident("bureau", "18") != subject
    assert IDENTITY.incident("bureau1", "7") != IDENTITY.incident("bureau", "17")
    other = Identity(b"another made-up secret of a fleet")
    assert other.incident("bureau", "17") != subject
    one, two = (IDENTITY.notice(subject, speaker) for speaker in (Speaker.BUREAU, Speaker.AGENCY))
    assert one != two
