"""A loopback X with two accounts and a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import tweepy

from tests.fakes.loopback_transport import tweepy_client
from tests.fakes.x_server import SteppedSeconds, XAccount, XServer

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SteppedSeconds:
    return SteppedSeconds()


@pytest.fixture
def x(clock: SteppedSeconds) -> Iterator[XServer]:
    with XServer(clock, BEGAN) as server:
        yield server


@pytest.fixture
def teal(x: XServer) -> XAccount:
    return x.add_account("TealLineTest")


@pytest.fixture
def plum(x: XServer) -> XAccount:
    return x.add_account("PlumLineTest")


@pytest.fixture
def speaks(x: XServer, teal: XAccount) -> tweepy.Client:
    """A client that speaks for the first account."""
    return tweepy_client(teal, (x.consumer_key, x.consumer_secret), x.url)
