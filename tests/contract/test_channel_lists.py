"""What every channel promises of what stands on an account and of its limits, judged by the platform's own record."""

from __future__ import annotations

from datetime import timedelta

from core.domain.deliveries import Receipt
from tests.contract.abilities import that_can
from tests.contract.channels import saying

LONG_AGO = timedelta(days=1)
SAYS_LIMITS = {"mastodon", "x"}
"""The PDS of the tests counts nothing, as most of their operators leave it; its own tests hold what is read there."""


@that_can("lists")
def test_a_listing_holds_what_stands_newest_first_and_under_the_ids_of_its_receipts(stage):
    first = stage.channel.publish(stage.lead, saying("first 7K3M9X2"))
    second = stage.channel.publish(stage.lead, saying("second 7K3M9X2", reply_to=first))
    listing = stage.channel.listing(stage.lead, stage.now() - LONG_AGO, 50)
    assert [(one.platform_id, one.text) for one in listing.posts] == [
        (second.platform_id, "second 7K3M9X2"),
        (first.platform_id, "first 7K3M9X2"),
    ]
    assert [one.url for one in listing.posts] == [second.url, first.url]
    assert (listing.complete, listing.read) == (True, 2)


@that_can("lists", "repost")
def test_a_listed_repost_names_its_source_and_can_be_taken_down_by_its_id(stage):
    said = stage.channel.publish(stage.lead, saying("in full 7K3M9X2"))
    reposted = stage.channel.repost(stage.sister, said)
    (listed,) = stage.channel.listing(stage.sister, stage.now() - LONG_AGO, 50).posts
    assert (listed.platform_id, listed.repost_of) == (reposted.platform_id, said.platform_id)
    stage.channel.remove(stage.sister, Receipt(platform_id=listed.platform_id, url=listed.url, at=listed.at))
    assert stage.standing(stage.sister) == []
    assert stage.channel.listing(stage.sister, stage.now() - LONG_AGO, 50).posts == ()


@that_can("lists")
def test_what_was_taken_down_is_listed_no_more_and_an_empty_account_is_read_to_its_end(stage):
    wrong = stage.channel.publish(stage.lead, saying("wrong 7K3M9X2"))
    stage.channel.remove(stage.lead, wrong)
    listing = stage.channel.listing(stage.lead, stage.now() - LONG_AGO, 50)
    assert (listing.posts, listing.complete, listing.read) == ((), True, 0)


@that_can("lists")
def test_a_listing_that_stops_before_the_end_says_so(stage):
    for number in range(45):
        stage.channel.publish(stage.lead, saying(f"{number} 7K3M9X2"))
    short = stage.channel.listing(stage.lead, stage.now() - LONG_AGO, 20)
    assert not short.complete
    assert len(short.posts) == 20
    assert short.posts[0].text == "44 7K3M9X2"
    whole = stage.channel.listing(stage.lead, stage.now() - LONG_AGO, 100)
    assert whole.complete
    assert [one.text for one in whole.posts] == [f"{number} 7K3M9X2" for number in reversed(range(45))]


@that_can("lists")
def test_a_listing_leaves_out_what_was_said_before(stage):
    stage.channel.publish(stage.lead, saying("old 7K3M9X2"))
    listing = stage.channel.listing(stage.lead, stage.now() + LONG_AGO, 50)
    assert (listing.posts, listing.complete) == ((), True)


def test_what_the_platform_says_of_its_limits_is_kept_until_it_is_asked_for(stage):
    assert stage.channel.limits(stage.lead) == ()
    stage.channel.publish(stage.lead, saying("hello 7K3M9X2"))
    stage.channel.publish(stage.lead, saying("again 7K3M9X2"))
    heard = stage.channel.limits(stage.lead)
    assert bool(heard) == (stage.channel.name in SAYS_LIMITS)
    assert len({one.name for one in heard}) == len(heard)
    assert all(one.resets_at > stage.now() for one in heard)
    assert stage.channel.limits(stage.lead) == ()
    assert stage.channel.limits(stage.sister) == ()
