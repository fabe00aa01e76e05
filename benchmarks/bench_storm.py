"""The same storm through apprise, plain tweepy loops and this fleet, in one run before one loopback X.

    python -m benchmarks.bench_storm [--accounts 16] [--posts 25] [--seed 1]

First a fifth of the replies get lost: who doubles, who loses, by the server's own record. Then none get lost, and the
server answers at once, or after 50 ms: posts a second, one thread or worker an account.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import apprise
import tweepy
from apprise.plugins.twitter import NotifyTwitter

from core.flow.workers import Workers
from tests.fakes.loopback_transport import tweepy_client
from tests.fakes.wide_fleet import handles, owed_on, wide_fleet
from tests.fakes.x_server import XAccount, XServerProcess

LOST, FAR = 0.2, 0.05
AGAIN = 2
"""How often the loops that try again do so."""
Way = Callable[[Sequence[XAccount], int, str], float]


@dataclass(frozen=True)
class Row:
    """What the record says of one way."""

    posts: int
    doubled: int
    lost: int
    rate: float


class Storm:
    """The ways through the storm; each gives the seconds that it took."""

    def __init__(self, x: XServerProcess) -> None:
        self.x = x

    def bare(self, accounts: Sequence[XAccount], posts: int, mark: str, again: int = 0) -> float:
        """A tweepy client and a thread an account; an error is tried again or not at all."""
        consumer = (self.x.consumer_key, self.x.consumer_secret)

        def loop(account: XAccount) -> None:
            client = tweepy_client(account, consumer, self.x.url)
            for number in range(posts):
                for _ in range(1 + again):
                    try:
                        client.create_tweet(text=text_of(mark, account, number), user_auth=True)
                        break
                    except (tweepy.TweepyException, OSError):
                        continue

        return _side_by_side(loop, accounts)

    def bare_again(self, accounts: Sequence[XAccount], posts: int, mark: str) -> float:
        """As most loops are written."""
        return self.bare(accounts, posts, mark, AGAIN)

    def apprise(self, accounts: Sequence[XAccount], posts: int, mark: str, retry: int = 0) -> float:
        """An Apprise object and a thread an account; `retry` is Apprise's own setting."""
        NotifyTwitter.twitter_tweet = f"{self.x.url}/2/tweets"

        def loop(account: XAccount) -> None:
            keys = (self.x.consumer_key, self.x.consumer_secret, account.token, account.secret)
            told = apprise.Apprise()
            told.add(f"tweet://{'/'.join(keys)}?mode=tweet&cache=no" + (f"&retry={retry}&wait=0" if retry else ""))
            for number in range(posts):
                told.notify(body=text_of(mark, account, number))

        return _side_by_side(loop, accounts)

    def apprise_again(self, accounts: Sequence[XAccount], posts: int, mark: str) -> float:
        """With Apprise's own setting to try again."""
        return self.apprise(accounts, posts, mark, AGAIN)

    def ours(self, accounts: Sequence[XAccount], posts: int, mark: str) -> float:
        """The fleet's delivery, a worker an account, from posts that are owed to the last receipt."""
        with tempfile.TemporaryDirectory() as name, wide_fleet(Path(name), self.x, accounts, len(accounts)) as fleet:
            now, delivered = fleet.clock.now(), Counter[str]()
            whole, lock = threading.Event(), threading.Lock()

            def said(_delivery: object, outcome: object) -> None:
                with lock:
                    delivered[type(outcome).__name__] += 1
                    if delivered["Delivered"] >= len(accounts) * posts:
                        whole.set()

            with fleet.store.begin() as tx:
                owed = [(number, one) for number in range(posts) for one in accounts]
                tx.outbox.add(
                    [owed_on(one.username, number, now, text_of(mark, one, number)) for number, one in owed], now
                )
            office = changed(fleet.office, said=said, grace_seconds=0.5)
            workers = Workers(office, fleet.wakeups, len(accounts))
            began = perf_counter()
            workers.start()
            if not whole.wait(600):
                raise TimeoutError(f"the fleet did not end: {delivered}")
            took = perf_counter() - began
            workers.stop()
            return took


def text_of(mark: str, account: XAccount, number: int) -> str:
    """No two alike."""
    return f"{mark} {number}: a made-up notice of {account.username}"


def _side_by_side(loop: Callable[[XAccount], None], accounts: Sequence[XAccount]) -> float:
    threads = [threading.Thread(target=loop, args=(account,)) for account in accounts]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return perf_counter() - began


def judged(x: XServerProcess, way: Way, accounts: Sequence[XAccount], posts: int, mark: str) -> Row:
    """By the server's record of this way's own texts."""
    seconds = way(accounts, posts, mark)
    wanted = {text_of(mark, account, number) for account in accounts for number in range(posts)}
    found = Counter(one.text for one in x.posts() if one.text in wanted)
    return Row(len(wanted), sum(n - 1 for n in found.values()), len(wanted) - len(found), len(wanted) / seconds)


def main() -> None:
    """Prints a row for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=16)
    parser.add_argument("--posts", type=int, default=25, help="of each account")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    versions = f"apprise {apprise.__version__}, tweepy {tweepy.__version__}"
    print(f"{versions}; {given.accounts} accounts, {given.posts} posts each")
    names = handles(given.accounts)
    with XServerProcess(*names) as x:
        x.settings(refuses_duplicates=False)
        storm, accounts = Storm(x), [x.accounts[name] for name in names]
        ways: dict[str, Way] = {
            "tweepy, once": storm.bare,
            f"tweepy, {AGAIN} more tries": storm.bare_again,
            "apprise, as it comes": storm.apprise,
            f"apprise, retry={AGAIN}": storm.apprise_again,
            "this fleet": storm.ours,
        }
        print(f"a fifth of the replies lost ({LOST}): posts, doubled, lost, posts/s")
        for name, way in ways.items():
            x.lossy(LOST, given.seed)
            row = judged(x, way, accounts, given.posts, f"lossy {name}")
            print(f"{name:>24}: {row.posts:5} {row.doubled:4} {row.lost:4} {row.rate:7.1f}", flush=True)
        x.lossy(0.0, 0)
        for wait, some in ((FAR, accounts), (0.0, accounts), (FAR, accounts[:1]), (0.0, accounts[:1])):
            x.settings(answers_after=wait)
            print(f"no reply lost, an answer after {wait * 1000:.0f} ms, {len(some)} accounts: posts/s")
            rates = {}
            for name in ("tweepy, once", "apprise, as it comes", "this fleet"):
                rows = [judged(x, ways[name], some, given.posts, f"{wait} {len(some)} {name} {n}") for n in range(3)]
                rates[name] = sorted(row.rate for row in rows)[1]
                wrong = sum(row.doubled + row.lost for row in rows)
                print(f"{name:>24}: {rates[name]:7.1f}" + (f" (and {wrong} wrong)" if wrong else ""), flush=True)
            print(f"{'ours to the bare client':>24}: {rates['this fleet'] / rates['tweepy, once']:7.2f}", flush=True)


if __name__ == "__main__":
    main()
