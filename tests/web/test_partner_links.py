"""The link of a partner's announcement: what its words say is read before a platform shows what lies behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.stage import GREEN, on_stage
from tests.web.test_partner_api import Partner


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    with on_stage(tmp_path) as stage:
        yield Partner(stage)


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ("pat.jpg", "partner-picture"),
        ("still%2Ejpe%67?size=600", "partner-picture"),
        ("look/Pat-Example", "partner-names-person"),
        ("look?at=%50at", "partner-names-person"),
        ("notices/wanted_man", "partner-on-police"),
        ("lost/a-boy", "partner-names-person"),
    ],
)
def test_a_link_whose_words_say_who_it_shows_waits_as_well(partner: Partner, page: str, rule: str) -> None:
    """A platform shows the picture behind a link beside the post."""
    made = partner.announce(url=f"https://example.org/{page}").json()["id"]
    partner.works()
    assert partner.stage.texts(GREEN) == []
    state = partner.ask("GET", f"/announcements/{made}").json()
    assert (state["state"], state["rule"]) == ("held", rule)


@pytest.mark.parametrize("page", ["", "alerts/2026-11-21/0042?line=green&id=1234567890"])
def test_the_link_of_a_page_is_no_person(partner: Partner, page: str) -> None:
    made = partner.announce(url=f"https://example.org/{page}").json()["id"]
    partner.works()
    assert not str(partner.ask("GET", f"/announcements/{made}").json()["rule"]).startswith("partner-")
