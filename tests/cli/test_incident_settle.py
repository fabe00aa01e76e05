"""`incident settle` from the command line: what it asks for, and what it says where nothing waits."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Fleet

GREEN = "local:ExampleGreen"


@pytest.mark.parametrize("flags", [(), ("--up", "1", "--absent"), ("--up", "1", "--leave"), ("--leave",)])
def test_it_asks_for_one_of_two(desk: Fleet, flags: tuple[str, ...]):
    assert "either --up POST, or --absent" in desk("incident", "settle", "BCDFGH1", GREEN, *flags).one_line(2)


def test_where_nothing_waits_it_says_so(desk: Fleet):
    desk.add("--station", "Harbour", "--train", "Green", "--offence", "ROB")
    [record] = desk("incident", "list", "--json").json
    reference = desk("incident", "show", record["key"], "--json").json["reference"]
    assert f"nothing of {reference} waits to be settled on {GREEN}" in desk(
        "incident", "settle", reference, GREEN, "--absent"
    ).one_line(1)


def test_only_an_operator_may(desk: Fleet):
    desk.log_in("bob", "officer")
    assert "needs the role operator" in desk("incident", "settle", "BCDFGH1", GREEN, "--up", "1").one_line(1)
