"""The local timeline's own promises: one post for a key, exact look-ups, whole threads, removals that take all."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from core.adapters.channels.local import LIMIT, LocalChannel
from core.domain.deliveries import Receipt
from core.ports.channel import Outgoing, PostRefused, Probe
from tests.web.fleet import NIGHT, ROOT, Fleet

KEY = "ab" * 32


@pytest.fixture
def fleet(tmp_path):
    made = Fleet(tmp_path)
    yield made
    made.timeline.close()


def texts(fleet, handle):
    return [[post.text for post in thread] for thread in fleet.timeline.threads(handle, 100)]


def outgoing(key, text="Something", reply_to=None):
    return Outgoing(
        text=text,
        spoken=text,
        language="en",
        reply_to=reply_to,
        reference="7KQ2M9X",
        said_at=NIGHT,
        platform_key=key,
    )


def test_the_same_key_twice_is_one_post_with_one_receipt(fleet):
    first = fleet.say("Green", "Once", key=KEY)
    fleet.clock.step(hours=1)
    version = fleet.timeline.version()
    assert fleet.say("Green", "Once", key=KEY) == first
    assert texts(fleet, "ExampleGreen") == [["Once"]]
    assert fleet.timeline.version() == version


def test_the_same_repost_twice_is_one_repost(fleet):
    first = fleet.say("Green", "Once")
    assert fleet.repost("Red", first) == fleet.repost("Red", first)
    assert texts(fleet, "ExampleRed") == [["Once"]]


def test_a_look_finds_just_what_was_posted_and_surely_not_what_was_not(fleet):
    account = fleet.account("Green")
    said = fleet.say("Green", "Something", key=KEY)

    def look(key):
        return fleet.timeline.find(account, Probe(outgoing=outgoing(key), repost_of=None, attempted_at=NIGHT))

    assert (look(KEY).found, look(KEY).complete) == (said, True)
    assert (look("cd" * 32).found, look("cd" * 32).complete) == (None, True)
    fleet.remove("Green", said)
    assert (look(KEY).found, look(KEY).complete) == (None, True)


def test_a_look_for_a_repost_finds_the_handles_own(fleet):
    first = fleet.say("Green", "Something")
    reposted = fleet.repost("Red", first)
    probe = Probe(outgoing=None, repost_of=first, attempted_at=NIGHT)
    assert fleet.timeline.find(fleet.account("Red"), probe).found == reposted
    blue = fleet.timeline.find(fleet.account("Blue"), probe)
    assert (blue.found, blue.complete) == (None, True)


def test_removing_a_post_takes_its_reposts_and_nothing_else(fleet):
    wrong, right = fleet.say("Green", "Wrong"), fleet.say("Green", "Right")
    for line in ("Red", "Blue"):
        fleet.repost(line, wrong)
    fleet.repost("Red", right)
    fleet.remove("Green", wrong)
    fleet.remove("Green", wrong)
    assert [texts(fleet, f"Example{line}") for line in ("Green", "Red", "Blue")] == [[["Right"]], [["Right"]], []]
    assert fleet.timeline.thread(wrong.platform_id) == []


def test_removing_a_repost_leaves_the_post(fleet):
    first = fleet.say("Green", "Something")
    fleet.remove("Red", fleet.repost("Red", first))
    assert [texts(fleet, f"Example{line}") for line in ("Green", "Red")] == [[["Something"]], []]


def test_no_handle_takes_down_anothers_post(fleet):
    first = fleet.say("Green", "Something")
    fleet.remove("Red", first)
    assert texts(fleet, "ExampleGreen") == [["Something"]]


def test_threads_stand_newest_first_and_each_in_its_order(fleet):
    first = fleet.say("Green", "A1")
    second = fleet.say("Green", "A2", reply_to=first)
    fleet.say("Green", "B1")
    fleet.say("Green", "A3", reply_to=second)
    fleet.say("Green", "A1 in Spanish", language="es", reply_to=first)
    assert texts(fleet, "ExampleGreen") == [["B1"], ["A1", "A2", "A3", "A1 in Spanish"]]
    for receipt in (first, second):
        thread = fleet.timeline.thread(receipt.platform_id)
        assert [post.text for post in thread] == ["A1", "A2", "A3", "A1 in Spanish"]
    assert [post.reply_to for post in thread] == [None, first.platform_id, second.platform_id, first.platform_id]


def test_older_threads_are_reached_from_the_last_one_seen_each_once(fleet):
    for number in range(7):
        fleet.say("Green", str(number), said_at=NIGHT + timedelta(minutes=number // 3))
    seen, last = [], None
    while page := fleet.timeline.threads("ExampleGreen", 2, last):
        seen += [thread[0].text for thread in page]
        last = page[-1][0].id
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_a_repost_is_the_first_handles_words_wherever_it_is_looked_at(fleet):
    first = fleet.say("Green", "Something", spoken="Some thing", said_at=NIGHT)
    reposted = fleet.repost("Red", first)
    ((listed,),) = fleet.timeline.threads("ExampleRed", 10)
    (alone,) = fleet.timeline.thread(reposted.platform_id)
    assert listed == alone
    assert (alone.handle, alone.reposted_from) == ("ExampleRed", "ExampleGreen")
    assert (alone.text, alone.spoken, alone.said_at) == ("Something", "Some thing", NIGHT)


def test_a_repost_of_what_is_gone_is_refused(fleet):
    first = fleet.say("Green", "Wrong")
    fleet.remove("Green", first)
    with pytest.raises(PostRefused, match="the post to repost is gone"):
        fleet.repost("Red", first)
    assert texts(fleet, "ExampleRed") == []


def test_an_answer_to_what_is_gone_is_refused_and_leaves_nothing(fleet):
    first = fleet.say("Green", "Wrong")
    fleet.remove("Green", first)
    version = fleet.timeline.version()
    with pytest.raises(PostRefused, match="the post that it answers is gone"):
        fleet.say("Green", "Answer", reply_to=first)
    assert texts(fleet, "ExampleGreen") == []
    assert fleet.timeline.version() == version


def test_a_post_that_is_too_long_is_refused_and_one_just_short_enough_is_not(fleet):
    with pytest.raises(PostRefused, match=str(LIMIT)):
        fleet.say("Green", "x" * (LIMIT + 1))
    fleet.say("Green", "x" * LIMIT)
    assert [len(text) for (text,) in texts(fleet, "ExampleGreen")] == [LIMIT]


def test_a_number_is_never_given_to_a_second_post(fleet):
    first = fleet.say("Green", "Wrong")
    fleet.remove("Green", first)
    assert fleet.say("Green", "Right").platform_id != first.platform_id


@pytest.mark.parametrize("post_id", ["", "x", "-1", "1.0", "9" * 4000, "9223372036854775808", "٣", "\0", "²"])
def test_an_id_that_no_post_can_have_finds_nothing(fleet, post_id):
    fleet.say("Green", "Something")
    assert fleet.timeline.thread(post_id) == []
    assert len(fleet.timeline.threads("ExampleGreen", 10, post_id)) == 1


def test_when_each_handle_spoke_last_and_that_something_changed(fleet):
    versions = [fleet.timeline.version()]
    first = fleet.say("Green", "Something", said_at=NIGHT)
    versions.append(fleet.timeline.version())
    reposted = fleet.repost("Red", first)
    versions.append(fleet.timeline.version())
    assert fleet.timeline.last_said() == {"ExampleGreen": NIGHT, "ExampleRed": NIGHT}
    fleet.remove("Red", reposted)
    versions.append(fleet.timeline.version())
    assert len(set(versions)) == 4
    assert fleet.timeline.last_said() == {"ExampleGreen": NIGHT}


def test_what_one_process_said_another_reads_and_takes_down(fleet):
    other = LocalChannel(fleet.url, fleet.clock)
    said = fleet.say("Green", "Something")
    assert [post.text for post in other.thread(said.platform_id)] == ["Something"]
    other.remove(fleet.account("Green"), Receipt(platform_id=said.platform_id, at=said.at))
    other.close()
    assert texts(fleet, "ExampleGreen") == []


def test_processes_that_post_at_once_make_one_post_of_each_key(fleet):
    keys = [KEY, KEY, KEY, "cd" * 32]
    command = [sys.executable, "-m", "tests.contract.posts_locally", fleet.url]
    running = [
        subprocess.Popen([*command, key, key], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for key in keys
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert sorted(texts(fleet, "ExampleGreen")) == sorted([[KEY], ["cd" * 32]])
    assert len(set(said[:3]) - {"unknown"}) == 1
    assert said[3] not in said[:3]
