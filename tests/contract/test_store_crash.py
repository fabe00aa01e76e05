"""What a killed process leaves behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.contract.conftest import Place
from tests.contract.samples import NOW, key, leases_run_out, owe, owed, settle, state_of

ROOT = Path(__file__).parents[2]


def test_an_attempt_of_a_killed_process_is_looked_up_and_not_resent(place: Place):
    store = place.open()
    owe(store, owed())
    command = [sys.executable, "-m", "tests.contract.dies_while_posting", place.url, place.keys]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline().strip()
        process.kill()
        process.wait()
    assert state_of(store, key()) == "attempting"
    leases_run_out(place.url)
    with store.begin() as tx:
        assert tx.outbox.claim("heir", NOW, 60, 10) == []
        found = tx.outbox.unsettled("heir", 60, 0, 10)
    [(delivery, tried)] = found
    assert (delivery.key, str(tried.id)) == (key(), told)
    with store.begin() as tx:
        assert tx.audit.rows(9) == []
    assert settle(store, tried)
    store.close()
