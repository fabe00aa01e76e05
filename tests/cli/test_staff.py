"""The staff, their tokens, and what each role may not do; the words of each language and who read them."""

from __future__ import annotations

import json
import shutil

import pytest

from core.settings.load import SHIPPED
from tests.cli.conftest import Fleet


def as_role(example: Fleet, role: str) -> None:
    """Act as a new person with that role alone; an operator is on the staff already."""
    example.log_in("ann", "operator")
    example.log_in(f"somebody-{role}", role)


def test_the_first_person_is_an_operator_and_adds_the_others(example: Fleet):
    assert "Nobody yet" in example("people", "list").out
    assert example("people", "list", "--json").json == []
    added = example("people", "add", "ann", "--role", "operator", "--json")
    assert set(added.json) == {"name", "token"}
    refused = example("people", "add", "bob", "--role", "officer").one_line()
    assert "log in first" in refused
    example.environ["SUBWAY_FLEET_TOKEN"] = added.json["token"]
    assert example("people", "add", "bob", "--role", "officer").out.startswith("sf_")
    assert "bob is on the staff already" in example("people", "add", "bob", "--role", "officer").one_line(2)
    assert [(row["name"], row["roles"]) for row in example("people", "list", "--json").json] == [
        ("ann", ["operator"]),
        ("bob", ["officer"]),
    ]


def test_the_token_is_shown_once_and_alone_on_standard_output(example: Fleet):
    added = example("people", "add", "ann", "--role", "operator")
    assert added.out.split() == [added.out.strip()]
    assert "ann" in added.err
    token = added.out.strip()
    kept = b"".join(file.read_bytes() for file in example.state.rglob("*") if file.is_file())
    assert token.encode() not in kept


def test_login_keeps_the_token_where_only_its_owner_reads_it(example: Fleet):
    token = example("people", "add", "ann", "--role", "operator").out
    logged_in = example("login", stdin=token)
    assert logged_in.out == "Logged in as ann (operator).\n"
    file = example.folder / "home" / "subway-fleet" / "login.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(json.loads(file.read_text("utf-8"))) == [str(example.config)]
    assert [left.name for left in file.parent.iterdir()] == ["login.json"]
    assert example("incident", "list").code == 0
    assert example("login", "--out").out == "Logged out.\n"
    assert "log in first" in example("incident", "list").one_line()


def test_a_wrong_token_is_not_kept(example: Fleet):
    assert "belongs to nobody" in example("login", stdin="sf_nobody\n").one_line()
    assert not (example.folder / "home").exists()


def test_the_environment_overrides_and_says_so(desk: Fleet):
    token = desk.environ["SUBWAY_FLEET_TOKEN"]
    assert "SUBWAY_FLEET_TOKEN is set" in desk("login", stdin=token).err


def test_a_renewed_token_replaces_the_old_one_and_a_revoked_one_ends(desk: Fleet):
    old = desk.environ["SUBWAY_FLEET_TOKEN"]
    desk.environ["SUBWAY_FLEET_TOKEN"] = desk("people", "renew", "ann", "--json").json["token"]
    assert desk("incident", "list").code == 0
    assert "belongs to nobody" in desk("incident", "list", SUBWAY_FLEET_TOKEN=old).one_line()
    assert desk("people", "add", "bob", "--role", "officer").code == 0
    assert desk("people", "revoke", "bob").out == "bob's token does not work any more.\n"
    assert "revoked" in desk("people", "list").out


@pytest.mark.parametrize("act", ["renew", "revoke"])
def test_nobody_of_that_name(desk: Fleet, act: str):
    assert "nobody called 'carl': see `people list`" in desk("people", act, "carl").one_line(2)


REFUSED = {
    "partner": ["incident list", "incident add", "people add", "accounts connect", "catalogue sign", "incident close"],
    "auditor": ["incident add", "people add", "people revoke", "accounts connect", "catalogue sign", "incident merge"],
    "reviewer": ["incident add", "people add", "accounts connect", "incident close"],
    "officer": ["people add", "people revoke", "accounts connect", "catalogue sign"],
}
CALLS = {
    "incident list": ["incident", "list"],
    "incident add": ["incident", "add", "--station", "Harbour", "--offence", "ROB"],
    "incident close": ["incident", "close", "17"],
    "incident merge": ["incident", "merge", "17", "18"],
    "people add": ["people", "add", "carl", "--role", "officer"],
    "people revoke": ["people", "revoke", "ann"],
    "accounts connect": ["accounts", "connect", "local:ExampleGreen"],
    "catalogue sign": ["catalogue", "sign", "en", "--reader", "Nobody"],
}


@pytest.mark.parametrize(("role", "act"), [(role, act) for role, acts in REFUSED.items() for act in acts])
def test_a_role_may_not_do_what_is_not_its_own(example: Fleet, role: str, act: str):
    as_role(example, role)
    said = example(*CALLS[act]).one_line()
    assert f"somebody-{role} may not do this: it needs the role" in said


@pytest.fixture
def own_agency(desk: Fleet) -> Fleet:
    """The fleet with a copy of the agency, so that a signature changes nothing that ships."""
    shutil.copytree(SHIPPED, desk.folder / "agencies")
    return desk


def test_a_catalogue_is_signed_and_a_changed_word_makes_it_a_draft_again(own_agency: Fleet):
    assert [row["status"] for row in own_agency("catalogue", "list", "--json").json] == ["draft", "draft"]
    signed = own_agency("catalogue", "sign", "en", "--reader", "Test Reader, not a person")
    assert signed.code == 0, signed.err
    assert "read by Test Reader, not a person" in signed.out
    assert own_agency("check", "--json").json["draft_catalogues"] == ["es"]
    words = own_agency.folder / "agencies" / "example" / "offences.yaml"
    words.write_text(words.read_text("utf-8").replace("en: robbery", "en: mugging", 1), "utf-8")
    listed = own_agency("catalogue", "list").out
    assert "its words have changed since" in listed
    assert "nobody has signed it yet" in listed
    assert own_agency("check", "--json").json["draft_catalogues"] == ["en", "es"]


def test_a_signature_needs_a_name(own_agency: Fleet):
    assert "reader" in own_agency("catalogue", "sign", "en", "--reader", " ").one_line(2)


def test_the_last_operator_stays(example: Fleet):
    example.log_in("ann", "operator")
    assert "last operator" in example("people", "revoke", "ann").one_line(2)
    assert example("people", "add", "bob", "--role", "operator").code == 0
    assert example("people", "revoke", "ann").code == 0
