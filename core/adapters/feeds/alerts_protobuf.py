"""The Alerts feed as protobuf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format
from google.transit import gtfs_realtime_pb2


def alerts_protobuf(document: Mapping[str, Any]) -> bytes:
    """The bytes of a feed in protobuf's JSON form. Raises ParseError for a name or value that the format lacks."""
    message = gtfs_realtime_pb2.FeedMessage()
    json_format.ParseDict(dict(document), message)
    return bytes(message.SerializeToString(deterministic=True))
