"""Acts of several threads in one commit: each caller goes on after it, and one that fails harms no other."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.committing import Committing
from core.adapters.storage.sql_store import open_store
from core.domain.lines import AccountId
from core.ports.limits import Health
from core.ports.store import Store, StoreBusy, Tx
from tests.contract.samples import NOW


class Scene:
    """A store, and what another connection reads in its file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "fleet.db"
        self.store: Store = open_store(f"sqlite:///{self.path}", SqlKeyring(f"sqlite:///{folder}/keys.db"))
        self.commits = 0
        self.breaks_with: Exception | None = None
        self.committing = Committing(self._begin)

    @contextmanager
    def _begin(self) -> Iterator[Tx]:
        with self.store.begin(durable=True) as tx:
            yield tx
            if self.breaks_with is not None:
                raise self.breaks_with
        self.commits += 1

    def committed(self) -> set[str]:
        """The names that are in the file."""
        with closing(sqlite3.connect(self.path)) as other:
            return {name for (name,) in other.execute("SELECT account FROM health")}

    def write(self, name: str) -> tuple[str, bool]:
        """What the act answered, and whether its row was committed when its caller went on."""
        answer = self.committing.run(noted(name))
        return answer, name in self.committed()

    def together(self, *asked: Callable[[], object]) -> list[Future[object]]:
        """Each in its own thread, all waiting behind one first act: they come into one transaction."""
        inside, go = threading.Event(), threading.Event()

        def holds_the_turn(tx: Tx) -> None:
            inside.set()
            go.wait()

        with ThreadPoolExecutor(len(asked) + 1) as pool:
            first = pool.submit(self.committing.run, holds_the_turn)
            inside.wait()
            futures = [pool.submit(one) for one in asked]
            while self.committing.waiting < len(asked):
                os.sched_yield()
            go.set()
        first.result()
        return futures


def noted(name: str) -> Callable[[Tx], str]:
    """An act that writes a row and answers its name."""

    def act(tx: Tx) -> str:
        tx.limits.fared(Health(account=AccountId(name), failures=1, failing_since=NOW))
        return f"answer to {name}"

    return act


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.store.close()


def test_what_waits_goes_into_one_commit_and_each_caller_goes_on_after_it(scene: Scene):
    names = [f"made-up:{number}" for number in range(6)]
    futures = scene.together(*[lambda name=name: scene.write(name) for name in names])
    assert [one.result() for one in futures] == [(f"answer to {name}", True) for name in names]
    assert scene.commits == 2, "one of the first, one of all who waited"


def test_an_act_that_fails_leaves_nothing_and_harms_no_other(scene: Scene):
    def fails(tx: Tx) -> None:
        noted("made-up:bad")(tx)
        raise KeyError("of its own")

    bad, good, other = scene.together(
        lambda: scene.committing.run(fails), lambda: scene.write("made-up:good"), lambda: scene.write("made-up:other")
    )
    assert isinstance(bad.exception(), KeyError)
    assert good.result() == ("answer to made-up:good", True)
    assert other.result() == ("answer to made-up:other", True)
    assert scene.committed() == {"made-up:good", "made-up:other"}


def test_a_commit_that_fails_is_told_to_every_caller_and_leaves_none(scene: Scene):
    def after_this_breaks(tx: Tx) -> None:
        noted("made-up:a")(tx)
        scene.breaks_with = StoreBusy("held by another process")

    broken = scene.together(lambda: scene.committing.run(after_this_breaks), lambda: scene.write("made-up:b"))
    assert [type(one.exception()) for one in broken] == [StoreBusy, StoreBusy]
    assert scene.committed() == set()
    scene.breaks_with = None
    assert scene.write("made-up:c") == ("answer to made-up:c", True), "the next one is not stuck"


def test_many_threads_each_find_their_own_row(scene: Scene):
    names = [f"made-up:{number}" for number in range(120)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(scene.write, names)) == [(f"answer to {name}", True) for name in names]
    assert scene.committed() == set(names)
