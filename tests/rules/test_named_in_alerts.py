"""An agency's alert that names or describes somebody is told from one that is full of streets and stations."""

from __future__ import annotations

import pytest

from core.rules.named_in_alerts import names_a_person

KNOWN = ("Example Central", "Harbour", "Green Line", "Example Transit")


@pytest.mark.parametrize(
    "text",
    [
        "police seek John Example, 24",
        "Police are looking for Pat Example, last seen at Harbour.",
        "Delays at Harbour because Pat Example was arrested there.",
        "Ana Example (31) pulled the brake.",
        "Pat Example, 24, of Newtown, stands on the tracks.",
        "Pat Example stands on the tracks, and he will not come down.",
        "Train operator Jane Example was hurt.",
        "Officer Example gives directions.",
        "A man in a red coat is on the tracks.",
        "We wait for a 24-year-old at Harbour.",
        "We remember Pat Example, who died this week.",
        "POLICE SEEK John Example",
        "Se busca a Juan Ejemplo en Harbour.",
        "La policía detuvo a Ana Ejemplo.",
        "Se busca a un niño de 9 años.",
    ],
)
def test_who_is_named_or_described_is_seen(text: str) -> None:
    assert names_a_person([text], KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "Trains skip Harbour after a person was struck by a train.",
        "Police are at Example Central: Green Line trains are held.",
        "Police are at Martin Example Boulevard and West Example Street.",
        "A minor delay on the Green Line.",
        "Children ride free on Sunday.",
        "The 120-year-old bridge is closed.",
        "Buses stop at Example Av, 4 Av and 9 St.",
        "Free shuttle buses run to Pat Example Stadium.",
        "Boarding was moved to Example Way. See the map by the Old Mill.",
    ],
)
def test_where_nobody_is_named_nothing_waits(text: str) -> None:
    assert not names_a_person([text], KNOWN)
