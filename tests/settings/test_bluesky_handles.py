"""A line's handle becomes one that Bluesky takes: its name, a dot and the fleet's domain."""

from __future__ import annotations

import pytest

from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.load import check_settings, load_settings

ON_BLUESKY = ("    x: {mode: practice}", "    x: {mode: practice}\n    bluesky: {mode: practice}")


def handles(path) -> list[str]:
    return [one.handle for one in load_settings(path, {}).accounts() if one.channel == "bluesky"]


def test_without_a_word_more_every_line_has_a_handle_on_bluesky(bent):
    assert handles(bent.write(ON_BLUESKY)) == [
        "examplegreen.bsky.social",
        "examplered.bsky.social",
        "exampleblue.bsky.social",
    ]


def test_an_agencys_own_domain_and_a_handle_written_out_go_before(bent):
    path = bent.write(
        ON_BLUESKY,
        ("channels:\n", "channels:\n  bluesky: {domain: transit.example}\n"),
        ("x: {languages", "bluesky: {handle: Red.lines.example}\n      x: {languages"),
    )
    assert handles(path) == ["examplegreen.transit.example", "Red.lines.example", "exampleblue.transit.example"]


def test_a_live_account_needs_its_app_password(bent):
    path = bent.write((ON_BLUESKY[0], ON_BLUESKY[1].replace("bluesky: {mode: practice}", "bluesky: {mode: live}")))
    told = {one.what: one.instead for one in check_settings(path, {}, lambda name: not name.startswith("bluesky:"))}
    (green,) = (what for what in told if "(bluesky:examplegreen.bsky.social:password)" in what)
    assert "accounts connect bluesky:examplegreen.bsky.social" in told[green]


@pytest.mark.parametrize(
    ("handle", "taken"),
    [
        ("nyexample.bsky.social", True),
        ("abc.bsky.social", True),
        ("a-line.transit.example", True),
        ("transit.example", True),
        ("ab.bsky.social", False),
        ("a-very-long-name-indeed.bsky.social", False),
        ("a.line.bsky.social", False),
        ("NY_Example.bsky.social", False),
        ("-line.transit.example", False),
        ("line.transit.1", False),
        ("line", False),
        (f"{'a' * 64}.example", False),
    ],
)
def test_only_what_bluesky_takes_is_a_handle(handle, taken):
    assert KNOWN_CHANNELS["bluesky"].fits(handle) is taken
