"""A store that is an older copy of itself is noticed when it is opened, and opens the window once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bots.fleet import fleet as make_bots
from core.cli.workshop import OpenFleet
from core.domain.audit import ANCHORED_ANEW, BEHIND
from core.domain.restored import LookFirst, window_length
from core.ports.store import SealedAway
from core.wiring import Wiring
from tests.contract.samples import attempt, claim, owe, owed
from tests.fakes.example_fleet import write_fleet

Found = TypeVar("Found")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_fleet(tmp_path, mode="off")


def opened(config: Path, look: Callable[[OpenFleet], Found]) -> Found:
    wiring = Wiring(make_bots, {})
    with wiring.open(wiring.settings(config)) as fleet:
        return look(fleet)


def act(fleet: OpenFleet) -> None:
    """Something that stands in the log."""
    with fleet.store.begin() as tx:
        tx.audit.write(fleet.clock.now(), "ann", "cli", "looked", "n1")


def post(fleet: OpenFleet) -> None:
    """An attempt, which writes no row into the log."""
    owe(fleet.store, owed(said_at=fleet.clock.now(), expires_at=fleet.clock.now() + timedelta(days=1)))
    [delivery] = claim(fleet.store, now=fleet.clock.now())
    assert attempt(fleet.store, delivery, now=fleet.clock.now()) is not None


def window(fleet: OpenFleet) -> LookFirst | None:
    with fleet.store.begin() as tx:
        return tx.outbox.window()


def acts(fleet: OpenFleet) -> list[str]:
    with fleet.store.begin() as tx:
        return [row.act for row in reversed(tx.audit.rows(100))]


def state_of(config: Path) -> Path:
    return config.parent / "state"


def copied_back(config: Path, *lost: Callable[[OpenFleet], None]) -> None:
    """Copy the store's file, let more happen, and put the copy in its place."""
    opened(config, act)
    store = state_of(config) / "fleet.db"
    copy = config.parent / "copy.db"
    shutil.copy(store, copy)
    for more in lost:
        opened(config, more)
    shutil.copy(copy, store)


def test_a_fleet_that_goes_on_where_it_stopped_opens_no_window(config: Path):
    for _ in range(3):
        opened(config, act)
    assert opened(config, window) is None
    assert opened(config, acts) == ["looked"] * 3


@pytest.mark.parametrize("lost", [act, post])
def test_a_file_that_was_copied_back_is_noticed_by_what_it_lost(config: Path, lost: Callable[[OpenFleet], None]):
    copied_back(config, lost)
    before = datetime.now(UTC)
    found, length = opened(config, lambda fleet: (window(fleet), window_length(fleet.settings.policy)))
    assert found is not None
    assert found.since < before < found.until - length
    assert opened(config, acts) == ["looked", BEHIND]


def test_a_copy_that_was_noticed_is_not_noticed_again(config: Path):
    copied_back(config, act)
    first = opened(config, window)
    opened(config, act)
    assert opened(config, window) == first
    assert opened(config, acts).count(BEHIND) == 1
    assert (state_of(config) / "anchor-before-1.json").exists()


def test_another_store_in_its_place_opens_the_window_although_it_is_new(config: Path):
    opened(config, act)
    for file in state_of(config).glob("fleet.db*"):
        file.unlink()
    assert opened(config, window) is not None


def test_a_log_that_goes_its_own_way_from_before_the_anchor_is_noticed(config: Path):
    copied_back(config, act)
    shutil.copy(state_of(config) / "anchor.json", config.parent / "anchor.json")
    (state_of(config) / "anchor.json").unlink()
    opened(config, act)
    shutil.copy(config.parent / "anchor.json", state_of(config) / "anchor.json")
    assert opened(config, acts)[-1] == BEHIND


def test_a_missing_anchor_opens_the_window_too(config: Path):
    opened(config, act)
    (state_of(config) / "anchor.json").unlink()
    assert opened(config, window) is not None
    assert opened(config, acts) == ["looked", ANCHORED_ANEW]


def test_a_second_restore_inside_the_window_looks_back_as_far_as_the_first(config: Path):
    copied_back(config, act)
    first = opened(config, window)
    copied_back(config, act)
    second = opened(config, window)
    assert first is not None
    assert second is not None
    assert (second.since, second.until > first.until) == (first.since, True)


def test_what_was_sealed_after_the_copy_is_sealed_again_even_with_its_keys_copied_back(config: Path):
    def keep(fleet: OpenFleet) -> str:
        with fleet.store.begin() as tx:
            return tx.vault.put("one", b"Nobody Real, made up")

    def seal(fleet: OpenFleet) -> None:
        with fleet.store.begin() as tx:
            tx.vault.erase("one")

    ref = opened(config, keep)
    kept = config.parent / "kept"
    shutil.copytree(state_of(config), kept, ignore=shutil.ignore_patterns("bells"))
    opened(config, seal)
    for name in ("fleet.db", "keys.db"):
        shutil.copy(kept / name, state_of(config) / name)

    def read(fleet: OpenFleet) -> None:
        with fleet.store.begin() as tx, pytest.raises(SealedAway):
            tx.vault.open(ref)

    opened(config, read)
    assert "sealed again" in opened(config, acts)
    held = b"".join(file.read_bytes() for file in state_of(config).glob("*.db*"))
    assert b"Nobody Real" not in held
