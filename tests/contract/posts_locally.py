"""A process for the local timeline's proofs: waits for a word, posts once under a given key, says which post it is."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from core.adapters.channels.local import LocalChannel
from core.adapters.clock import WallClock
from core.domain.lines import Account, AccountId, AccountMode, LineId
from core.ports.channel import OutcomeUnknown, Outgoing

HANDLE = "ExampleGreen"


def main(url: str, key: str, text: str) -> None:
    channel = LocalChannel(url, WallClock())
    account = Account(
        id=AccountId(f"local:{HANDLE}"),
        channel="local",
        handle=HANDLE,
        line=LineId("Green"),
        mode=AccountMode.LIVE,
        languages=("en",),
    )
    outgoing = Outgoing(
        text=text,
        spoken=text,
        language="en",
        reply_to=None,
        reference="7KQ2M9X",
        said_at=datetime(2026, 7, 3, 22, 15, tzinfo=UTC),
        platform_key=key,
    )
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        print(channel.publish(account, outgoing).platform_id, flush=True)
    except OutcomeUnknown:
        print("unknown", flush=True)
    channel.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
