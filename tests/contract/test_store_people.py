"""Sources, accounts and staff as the store keeps them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.accounts import AccountRecord, AccountState
from core.domain.staff import Role, StaffMember
from core.ports.store import Store
from tests.contract.samples import GREEN, NOW, RED


def test_a_source_goes_on_and_its_trouble_is_told_since_when(store: Store):
    with store.begin() as tx:
        assert not tx.sources.row("folder").started
        tx.sources.failed("folder", NOW, "down")
        tx.sources.failed("folder", NOW + timedelta(hours=1), "still down")
        row = tx.sources.row("folder")
        assert (row.failing_since, row.why, row.started, row.cursor) == (NOW, "still down", False, None)
        tx.sources.advance("folder", "12", NOW, {"new": 2, "known": 1}, brought_new=True)
        tx.sources.advance("folder", "13", NOW, {"new": 1}, brought_new=True)
        [row] = tx.sources.rows()
    assert (row.cursor, row.started, row.failing_since, row.why, row.last_ok) == ("13", True, None, None, NOW)
    assert row.tallies == {"new": 3, "known": 1}


def test_a_source_that_brings_nothing_new_keeps_when_it_last_did(store: Store):
    later = NOW + timedelta(hours=1)
    with store.begin() as tx:
        tx.sources.advance("folder", "1", NOW, {}, brought_new=False)
        tx.sources.advance("folder", "1", later, {"already known": 4}, brought_new=False)
        assert tx.sources.row("folder").last_new == NOW
        tx.sources.advance("folder", "2", later, {"new": 1}, brought_new=True)
        assert tx.sources.row("folder").last_new == later


def test_a_bad_row_is_kept_once(store: Store):
    with store.begin() as tx:
        assert tx.sources.set_aside("folder", "a.csv:2", "time", "ref", "hash", NOW)
        assert not tx.sources.set_aside("folder", "b.csv:2", "time", "ref", "hash", NOW)
        assert tx.sources.set_aside("other", "a.csv:2", "time", "ref", "hash", NOW)
        newest, first = tx.sources.kept_aside(9)
    assert (newest.source, first.source, first.position, first.reason) == ("other", "folder", "a.csv:2", "time")


def test_a_pinned_id_never_changes(store: Store):
    with store.begin() as tx:
        assert tx.accounts.get(GREEN) == AccountRecord(account=GREEN)
        tx.accounts.pin(GREEN, "7")
        tx.accounts.pin(GREEN, "7")
        with pytest.raises(ValueError, match="7"):
            tx.accounts.pin(GREEN, "8")
        tx.accounts.set_state(AccountRecord(account=GREEN, platform_id="8", state=AccountState.NEEDS_LOGIN, why="x"))
        tx.accounts.set_state(AccountRecord(account=RED, state=AccountState.WRONG_IDENTITY))
        green, red = tx.accounts.rows()
    assert (green.platform_id, green.state, green.why) == ("7", AccountState.NEEDS_LOGIN, "x")
    assert red.state is AccountState.WRONG_IDENTITY


def test_a_token_works_until_it_is_revoked_or_renewed(store: Store):
    ana = StaffMember(name="ana", roles=frozenset({Role.OFFICER, Role.OPERATOR}), created_at=NOW)
    with store.begin() as tx:
        tx.staff.add(ana, "hash one")
        with pytest.raises(ValueError, match="ana"):
            tx.staff.add(ana, "hash other")
        assert tx.staff.by_token("hash one") == ana
        tx.staff.revoke("ana")
        assert tx.staff.by_token("hash one") is None
        assert [member.revoked for member in tx.staff.all()] == [True]
        tx.staff.renew("ana", "hash two")
        assert tx.staff.by_token("hash one") is None
        assert tx.staff.by_token("hash two") == ana
        for change in (lambda: tx.staff.revoke("bob"), lambda: tx.staff.renew("bob", "hash")):
            with pytest.raises(KeyError):
                change()
