"""A notice on nine accounts is taken back to its last proof, all paused, nothing left to spend, and replies lost."""

from __future__ import annotations

from pathlib import Path

from core.domain.taking_back import Up
from tests.fakes.pds import shared_pds
from tests.story.nine_accounts import said_on_nine

ORIGINALS = 18
"""In each of two languages a post and its two reposts, on three platforms."""


def test_nothing_of_it_stands_on_any_of_nine_accounts(tmp_path: Path) -> None:
    with said_on_nine(tmp_path, shared_pds(), "nine", seed=5) as nine:
        before = {one.id for _, one in nine.standing()}
        assert len(before) == ORIGINALS
        seen, _ = nine.take_back()
        assert (seen.gone, seen.settled) == (True, True)
        abroad = [one for one in seen.taken if not one.account.startswith("local:")]
        assert [one.up for one in abroad] == [Up.REMOVED] * ORIGINALS
        assert all(one.at is not None for one in abroad), "each with its proof"
        after = nine.standing()
        assert before.isdisjoint(one.id for _, one in after)
        assert len(after) == ORIGINALS, "the word that it was wrong stands wherever it stood, once"
        assert len(nine.said_by()) == 9
        assert all(sum(platform.lost().values()) >= 2 for platform in nine.platforms), "no reply was lost"
