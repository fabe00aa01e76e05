"""The loopback X in a process of its own: takes orders, keeps the record, never outlives who began it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.fakes.loopback_transport import tweepy_client
from tests.fakes.x_server import Fault, XServerProcess

ROOT = Path(__file__).resolve().parents[2]


def test_a_server_in_a_process_of_its_own_takes_orders_and_keeps_the_record():
    with XServerProcess("TealLineTest", "PlumLineTest") as x:
        account = x.accounts["TealLineTest"]
        speaks = tweepy_client(account, (x.consumer_key, x.consumer_secret), x.url)
        late = x.misbehave(Fault.LATE_EFFECT, method="POST")
        with pytest.raises(requests.ConnectionError):
            speaks.create_tweet(text="stray", user_auth=True)
        speaks.delete_tweet(speaks.create_tweet(text="said", user_auth=True).data["id"], user_auth=True)
        assert x.release(late) == 1
        third = x.add_account("MossLineTest")
        assert [(one.username, one.text, one.deleted) for one in x.posts()] == [
            ("TealLineTest", "said", True),
            ("TealLineTest", "stray", False),
        ]
        assert x.live("PlumLineTest") == x.posts("MossLineTest") == ()
        assert [one.status for one in x.requests] == [None, 201, 200]
        assert third.token.partition("-")[0] == third.id
        x.settings(read_lag=3600.0)
        assert speaks.get_users_tweets(account.id, user_auth=True).data is None


def test_a_wrong_control_call_says_so():
    with XServerProcess() as x, pytest.raises(ValueError, match="no such setting: mood"):
        x.settings(mood="good")


def test_a_server_ends_with_the_input_of_who_began_it():
    program = [sys.executable, "-m", "tests.fakes.x_server", "--accounts", "TealLineTest", "--until-eof"]
    with subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert list(said["accounts"]) == ["TealLineTest"]
        process.stdin.close()
        assert process.wait(20) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{said['url']}/_control/posts", timeout=5)
