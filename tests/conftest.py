"""What holds for every test: a property is judged by what it says, never by how long a busy machine took."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell hands its background jobs a SIGINT that nobody hears, and they hand it down: programs that the tests end
    # by one would stay for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = "tests/story/test_crash_proof.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first, and all stories before the many quick ones: no worker works alone at the end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(LONGEST), not item.nodeid.startswith("tests/story/")))
