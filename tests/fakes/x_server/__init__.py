"""A stateful X on loopback, for tests: what a bot posts there, it can read back, and the server keeps the record."""

from __future__ import annotations

from tests.fakes.x_server.faults import Fault, Order
from tests.fakes.x_server.limits import Limits
from tests.fakes.x_server.process import XServerProcess
from tests.fakes.x_server.server import SteppedSeconds, XServer
from tests.fakes.x_server.site import Seen
from tests.fakes.x_server.world import XAccount, XMedia, XPost

__all__ = [
    "Fault",
    "Limits",
    "Order",
    "Seen",
    "SteppedSeconds",
    "XAccount",
    "XMedia",
    "XPost",
    "XServer",
    "XServerProcess",
]
