"""Posts a second of the X channel against bare tweepy, in one run before one loopback X in a process of its own.

Run: python -m benchmarks.bench_x_channel [POSTS] [ROUNDS]
Both take turns, so that whatever else the machine does meets both alike. At the end the server's own record is
counted: each post once.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from time import perf_counter

import tweepy

from core.adapters.channels.x import XChannel
from tests.contract.channels import KeptInMemory, account, saying
from tests.fakes.loopback_transport import tweepy_client
from tests.fakes.x_server import XServerProcess

CHANNEL, BARE = "BenchChannel", "BenchTweepy"


def rate(say: Callable[[str], object], posts: int, label: str) -> float:
    """Posts a second, one after the other."""
    began = perf_counter()
    for number in range(posts):
        say(f"{label} {number}: Robbery & more, northbound. 7K3M9X2")
    return posts / (perf_counter() - began)


def kept(server: XServerProcess) -> KeptInMemory:
    """The channel's secrets for this server."""
    own = server.accounts[CHANNEL]
    return KeptInMemory(
        {
            "x:app_key": server.consumer_key,
            "x:app_secret": server.consumer_secret,
            f"x:{CHANNEL}:token": own.token,
            f"x:{CHANNEL}:token_secret": own.secret,
        }
    )


def bare_client(server: XServerProcess) -> tweepy.Client:
    """tweepy as it comes, only its origin and a time limit set."""
    return tweepy_client(server.accounts[BARE], (server.consumer_key, server.consumer_secret), server.url)


def main(posts: int, rounds: int) -> None:
    """Prints the rate of each round, the medians and their ratio."""
    with XServerProcess(CHANNEL, BARE) as server:
        server.settings(refuses_duplicates=False)  # the fake's search for the same text would be what is measured
        channel, own = XChannel(kept(server), base_url=server.url), account("x", CHANNEL)
        client = bare_client(server)
        ways = {
            "channel": lambda text: channel.publish(own, saying(text)),
            "tweepy": lambda text: client.create_tweet(text=text, user_auth=True),
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(rounds + 1):
            for name, say in ways.items():
                found = rate(say, posts, f"{name} {number}")
                if number:  # the first round loads what is loaded late
                    rates[name].append(found)
        medians = {name: statistics.median(found) for name, found in rates.items()}
        for name, several in rates.items():
            print(f"{name:>8}: median {medians[name]:.0f} posts/s, rounds {' '.join(f'{one:.0f}' for one in several)}")
        print(f"   ratio: {medians['channel'] / medians['tweepy']:.2f}")
        texts = [one.text for one in server.posts()]
        print(f"  record: {len(texts)} posts, {len(texts) - len(set(texts))} twice")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(given[0] if given else 300, given[1] if len(given) > 1 else 5)
