"""Runs the loopback X as a process of its own: `python -m tests.fakes.x_server --port 0 --accounts a,b,c`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import asdict

from tests.fakes.x_server.limits import Limits
from tests.fakes.x_server.server import XServer


def main() -> None:
    """Prints one JSON line with address, consumer pair and accounts, then serves until SIGTERM or SIGINT.

    With `--until-eof` it also ends when its standard input does, so that it never outlives the test that began it.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--accounts", default="", help="user names, separated by commas")
    parser.add_argument("--no-limits", action="store_true")
    parser.add_argument("--until-eof", action="store_true")
    given = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with XServer(port=given.port, limits=Limits.none() if given.no_limits else None) as server:
        accounts = {name: asdict(server.add_account(name)) for name in filter(None, given.accounts.split(","))}
        said = {"url": server.url, "consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
        print(json.dumps(said | {"accounts": accounts}), flush=True)
        if given.until_eof:
            threading.Thread(target=_end_with_input, args=(ended,), daemon=True).start()
        ended.wait()


def _end_with_input(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
