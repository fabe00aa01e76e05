"""The anchor's file: never behind for long, never taken back, kept beside when another history begins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.anchor import EVERY_ROWS, EVERY_SECONDS, AnchorFile
from core.adapters.storage.sql_store import open_store
from core.domain.audit import AuditHead
from core.ports.store import Store, StoreBroken
from tests.contract.samples import NOW


class Ticks:
    """A stopwatch that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def head(seq: int, attempts: int = 0, store_id: str = "one") -> AuditHead:
    return AuditHead(store_id=store_id, seq=seq, mac=f"{seq}", at=NOW, attempts=attempts)


def open_anchored(folder: Path, anchor: AnchorFile) -> Store:
    keyring = SqlKeyring(f"sqlite:///{folder}/keys.db")
    return open_store(f"sqlite:///{folder}/fleet.db", keyring, audit_key=b"made up", anchor=anchor)


def write(store: Store) -> None:
    with store.begin() as tx:
        tx.audit.write(NOW, "ana", "cli", "act", "n1")


def seq_in(anchor: AnchorFile) -> int:
    kept = anchor.read()
    return 0 if kept is None else kept.seq


def test_the_first_act_after_a_rest_is_anchored_at_once_and_the_next_ones_together(tmp_path: Path):
    ticks = Ticks()
    anchor = AnchorFile(tmp_path / "anchor.json", ticks)
    store = open_anchored(tmp_path, anchor)
    seen = []
    for seconds in (0.0, 1.0, EVERY_SECONDS, EVERY_SECONDS + 1):
        ticks.seconds = seconds
        write(store)
        seen.append(seq_in(anchor))
    assert seen == [1, 1, 3, 3]
    store.keep_anchor()
    assert seq_in(anchor) == 4
    write(store)
    store.close()
    assert seq_in(anchor) == 5


def test_many_rows_are_anchored_without_waiting(tmp_path: Path):
    anchor = AnchorFile(tmp_path / "anchor.json", Ticks())
    store = open_anchored(tmp_path, anchor)
    for _ in range(EVERY_ROWS + 1):
        write(store)
    assert seq_in(anchor) == EVERY_ROWS + 1
    store.close()


def test_the_file_says_what_the_store_holds_and_only_its_owner_reads_it(tmp_path: Path):
    anchor = AnchorFile(tmp_path / "anchor.json")
    store = open_anchored(tmp_path, anchor)
    write(store)
    with store.begin() as tx:
        assert anchor.read() == tx.audit.head()
    assert (tmp_path / "anchor.json").stat().st_mode & 0o777 == 0o600
    store.close()


def test_what_another_process_anchored_is_never_taken_back(tmp_path: Path):
    mine, other = AnchorFile(tmp_path / "anchor.json"), AnchorFile(tmp_path / "anchor.json")
    other.keep(head(9, attempts=2))
    mine.keep(head(7, attempts=5))
    assert mine.read() == head(9, attempts=5)


def test_another_history_keeps_the_anchor_of_the_one_before_beside(tmp_path: Path):
    anchor = AnchorFile(tmp_path / "anchor.json")
    anchor.keep(head(9))
    anchor.rebase(head(4))
    assert seq_in(anchor) == 4
    assert seq_in(AnchorFile(tmp_path / "anchor-before-1.json")) == 9
    anchor.rebase(head(5))
    assert seq_in(AnchorFile(tmp_path / "anchor-before-2.json")) == 4


@pytest.mark.parametrize(
    ("anchored", "behind"),
    [
        (head(5, 5), False),
        (head(4, 4), False),
        (head(6, 5), True),
        (head(5, 6), True),
        (head(1, 1, "another"), True),
    ],
)
def test_a_store_is_behind_when_the_anchor_saw_more_of_it(anchored: AuditHead, behind: bool):
    assert head(5, 5).is_behind(anchored) is behind


def test_a_file_that_is_no_anchor_is_said_and_not_overwritten(tmp_path: Path):
    file = tmp_path / "anchor.json"
    file.write_text("made up")
    with pytest.raises(StoreBroken, match=r"anchor\.json is no anchor"):
        AnchorFile(file).read()
    AnchorFile(file).keep(head(1))
    assert file.read_text() == "made up"


def test_posting_goes_on_where_the_anchor_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    folder = tmp_path / "file"
    folder.write_text("made up")
    store = open_anchored(tmp_path, AnchorFile(folder / "anchor.json"))
    write(store)
    with store.begin() as tx:
        assert tx.audit.head().seq == 1
    store.close()
    assert "can't be written" in caplog.text
    assert os.fspath(folder) in caplog.text
