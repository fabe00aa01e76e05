"""From practice to live: the platform is asked, lines.yaml is changed, and what was practised never goes out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from core.settings.load import SHIPPED
from tests.cli.conftest import Fleet
from tests.cli.test_check import credentials
from tests.fakes.x_server import XServer

HANDLES = ("ExampleGreen", "ExampleRed", "ExampleBlue")


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def practising(desk: Fleet, x: XServer) -> Fleet:
    """Three accounts that practise on X, connected."""
    desk.bend(
        ("price_post: 0.015,", f'price_post: 0.015, base_url: "{x.url}",'), ("languages: [en, es]", "languages: [en]")
    )
    desk.bend(("x: {languages: [en], thread: numbered}", "x: {thread: numbered}"))
    for handle in HANDLES:
        desk.environ |= credentials(x, handle, x.add_account(handle))
        assert desk("accounts", "connect", f"x:{handle}").code == 0
    return desk


def modes(fleet: Fleet) -> dict[str, str]:
    return {row["account"]: row["mode"] for row in fleet("accounts", "--json").json if row["account"].startswith("x:")}


def test_one_account_goes_live_and_it_says_what_it_changed(practising: Fleet):
    before = practising.config.read_text("utf-8")
    done = practising("accounts", "go-live", "x:ExampleRed")
    assert done.code == 0, done.err
    assert "+      x: {mode: live, thread: numbered}" in done.out
    assert "start the fleet again" in done.out
    assert modes(practising) == {"x:ExampleGreen": "practice", "x:ExampleRed": "live", "x:ExampleBlue": "practice"}
    assert practising.config.with_name("lines.yaml.bak").read_text("utf-8") == before
    assert "nothing wrong" in practising("check", "--online").out


def test_a_channel_goes_live_as_a_whole_and_nothing_of_it_twice(practising: Fleet):
    done = practising("accounts", "go-live", "x", "--json")
    assert done.json["live"] == [f"x:{handle}" for handle in HANDLES]
    assert set(modes(practising).values()) == {"live"}
    assert "nothing of this practises" in practising("accounts", "go-live", "x").one_line()


def test_a_line_goes_live(practising: Fleet):
    assert practising("accounts", "go-live", "Green").code == 0
    assert [name for name, mode in modes(practising).items() if mode == "live"] == ["x:ExampleGreen"]


def test_a_dry_run_changes_nothing(practising: Fleet):
    before = practising.config.read_text("utf-8")
    done = practising("accounts", "go-live", "x:ExampleRed", "--dry-run")
    assert "mode: live" in done.out
    assert practising.config.read_text("utf-8") == before
    assert [one.name for one in practising.folder.glob("*lines.yaml*")] == ["lines.yaml"]


def test_one_that_is_not_ready_keeps_all_of_them_back(practising: Fleet, x: XServer):
    practising.environ |= credentials(x, "ExampleBlue", x.add_account("SomebodyElse"))
    before = practising.config.read_text("utf-8")
    done = practising("accounts", "go-live", "x")
    assert done.code == 1
    assert "SomebodyElse" in done.err
    assert "nothing was changed" in done.err
    assert practising.config.read_text("utf-8") == before


def test_an_account_that_was_never_connected_does_not_go_live(desk: Fleet, x: XServer):
    desk.bend(("price_post: 0.015,", f'price_post: 0.015, base_url: "{x.url}",'))
    done = desk("accounts", "go-live", "x:ExampleRed")
    assert done.code == 1
    assert "practice" in {row["mode"] for row in desk("accounts", "--json").json}


def test_what_would_be_wrong_with_a_live_account_is_told_before_anything_changes(practising: Fleet):
    practising.bend(("channels:\n", "delivery: {grace_seconds: 1}\nchannels:\n"))
    before = practising.config.read_text("utf-8")
    done = practising("accounts", "go-live", "x:ExampleRed")
    assert done.code == 2
    assert "grace_seconds" in done.err
    assert str(practising.config) in done.err
    assert practising.config.read_text("utf-8") == before
    assert [one.name for one in practising.folder.glob(".*lines.yaml*")] == []


def test_it_needs_an_operator_and_is_audited(practising: Fleet):
    operator = practising.environ["SUBWAY_FLEET_TOKEN"]
    practising.log_in("rey", "reviewer")
    practising.environ["SUBWAY_FLEET_TOKEN"], reviewer = operator, practising.environ["SUBWAY_FLEET_TOKEN"]
    refused = practising("accounts", "go-live", "x:ExampleRed", SUBWAY_FLEET_TOKEN=reviewer)
    assert "needs the role operator" in refused.err
    assert modes(practising)["x:ExampleRed"] == "practice"
    assert practising("accounts", "go-live", "x:ExampleRed").code == 0
    exported = practising("audit", "export")
    assert "account went live" in exported.out


def test_what_was_practised_never_goes_out(practising: Fleet, x: XServer):
    shutil.copytree(SHIPPED / "example", practising.folder / "agencies" / "example")  # its own, to be signed
    signed = practising("catalogue", "sign", "en", "--reader", "Nobody Real")
    assert signed.code == 0, signed.err
    practising.add("--station", "Harbour", "--offence", "ROB")
    assert practising("once", "--quiet").code == 0
    shown = practising("accounts", "practice", "--json")
    green = next(row for row in shown.json["accounts"] if row["account"] == "x:ExampleGreen")
    [said] = green["would_have"]
    assert "Harbour" in said["texts"][0]
    assert "Harbour" in practising("accounts", "practice").out
    assert practising("accounts", "go-live", "x").code == 0
    assert practising("once", "--quiet").code == 0
    assert list(x.live("ExampleGreen")) == []
    practising.add("--station", "Upper Lock", "--offence", "ROB")
    assert practising("once", "--quiet").code == 0
    assert ["Upper Lock" in one.text for one in x.live("ExampleGreen")] == [True]
