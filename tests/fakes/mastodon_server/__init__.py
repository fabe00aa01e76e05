"""A stateful Mastodon on loopback, for tests: mastodon_mock behind a proxy that misbehaves when told to."""

from __future__ import annotations

from tests.fakes.mastodon_server.faults import Fault, Order
from tests.fakes.mastodon_server.server import MastodonServer, MastodonStatus

__all__ = ["Fault", "MastodonServer", "MastodonStatus", "Order"]
