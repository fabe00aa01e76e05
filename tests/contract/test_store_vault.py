"""The vault: readable only with its owner's key, and gone for good when that is destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.sql_store import open_store
from core.domain.alerts import ServiceAlert
from core.domain.lines import LineId
from core.domain.log import AlertEntry
from core.ports.store import SealedAway, Store
from tests.contract.conftest import Place
from tests.contract.samples import NOW, entry, key, notice, owe, owed

SECRET = b"Erika Mustermann, an obviously made-up person, wore a purple hat. " * 9


def files_of(folder: Path) -> bytes:
    """Every byte that stands in the folder, journals and all."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_content_comes_back_under_its_reference(store: Store):
    with store.begin() as tx:
        ref, other = tx.vault.put("one", SECRET), tx.vault.put("two", b"")
    with store.begin() as tx:
        assert (tx.vault.open(ref), tx.vault.open(other)) == (SECRET, b"")
        with pytest.raises(KeyError):
            tx.vault.open("no such reference")


def test_erased_is_sealed_away_for_good_and_others_stay(store: Store):
    with store.begin() as tx:
        gone, also, stays = tx.vault.put("one", SECRET), tx.vault.put("one", b"more"), tx.vault.put("two", b"stays")
        assert tx.vault.erase("one") == 2
        assert tx.vault.erase("one") == 0
    with store.begin() as tx:
        for ref in (gone, also):
            with pytest.raises(SealedAway):
                tx.vault.open(ref)
        with pytest.raises(SealedAway):
            tx.vault.put("one", b"again")
        assert tx.vault.open(stays) == b"stays"


def test_a_rolled_back_erasure_still_destroys_the_key(store: Store):
    with store.begin() as tx:
        ref = tx.vault.put("one", SECRET)
    with pytest.raises(KeyError), store.begin() as tx:
        tx.staff.revoke(str(tx.vault.erase("one")))
    with store.begin() as tx:
        with pytest.raises(SealedAway):
            tx.vault.open(ref)
        assert tx.vault.erase("one") == 1


def test_no_readable_byte_stands_in_any_file(tmp_path: Path):
    keyring = SqlKeyring(f"sqlite:///{tmp_path}/keys.db")
    store = open_store(f"sqlite:///{tmp_path}/fleet.db", keyring)
    with store.begin() as tx:
        tx.vault.put("one", SECRET)
        tx.notices.create(notice("n1", about="one"))
    owe(store, owed())
    content_key = keyring.key("one")
    assert content_key in files_of(tmp_path)
    with store.begin() as tx:
        assert tx.vault.erase("one") == 2
    left = files_of(tmp_path)
    assert content_key not in left
    assert SECRET[:24] not in left
    assert b"Words of n1" not in left
    store.close()


def test_posted_words_stand_only_in_the_vault(place: Place, tmp_path: Path):
    store = place.open()
    owe(store, owed())
    with store.begin() as tx:
        [delivery] = tx.outbox.of_notice(key().notice_id)
        assert delivery.post == owed().post
        tx.vault.erase("n1")
        [delivery] = tx.outbox.of_notice(key().notice_id)
        assert delivery.post is None
    store.close()
    assert b"Words of n1" not in files_of(tmp_path)


def test_an_alerts_words_that_may_name_somebody_stand_only_in_the_vault(place: Place, tmp_path: Path):
    alert = ServiceAlert(
        agency="partner",
        id="1",
        source="s",
        lines=(LineId("G"),),
        header={"en": "Zebulon Fictitious is sought."},
        description={"en": "By Zebulon Fictitious."},
        known_at=NOW,
        type="Delays",
    )
    store = place.open()
    with store.begin() as tx:
        ref = tx.vault.put("one", alert.words())
        seq = tx.log.append(entry("one", body=AlertEntry(alert=alert), vault_ref=ref), NOW)
    with store.begin() as tx:
        assert tx.log.entry(seq).body == AlertEntry(alert=alert)
        assert b"Zebulon" not in files_of(tmp_path)
        tx.vault.erase("one")
    with store.begin() as tx:
        assert tx.log.entry(seq).body == AlertEntry(alert=alert.wordless())
    store.close()


def test_another_keyring_reads_nothing(place: Place, tmp_path: Path):
    store = place.open()
    with store.begin() as tx:
        ref = tx.vault.put("one", SECRET)
    store.close()
    other_ring = SqlKeyring(f"sqlite:///{tmp_path}/other.db")
    other_ring.key("one")
    other = open_store(place.url, other_ring)
    with other.begin() as tx, pytest.raises(SealedAway):
        tx.vault.open(ref)
    other.close()


def test_the_audit_never_changes_its_rows(store: Store):
    with store.begin() as tx:
        tx.audit.write(NOW, "ana", "cli", "first", "n1")
        tx.audit.write(NOW, "ana", "cli", "second", "n1", "why")
        rows = tx.audit.rows(1)
    assert [(row.actor, row.via, row.act, row.subject, row.detail, row.at) for row in rows] == [
        ("ana", "cli", "second", "n1", "why", NOW)
    ]
