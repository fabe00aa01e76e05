"""What an Apprise address may ask for that would say a post twice, and what Apprise's yes and no are taken for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.adapters.channels.apprise import AppriseChannel
from core.ports.channel import LoginNeeded, NotSupported, OutcomeUnknown, PostDeferred, PostRefused, Probe
from tests.contract.apprise_stage import TOKEN, nobody_listens, secret_of
from tests.contract.channels import KeptInMemory, account, saying
from tests.fakes.receiver import Receiver

RIDERS = account("apprise", "riders")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def reaching(url: str) -> AppriseChannel:
    return AppriseChannel(KeptInMemory({secret_of(RIDERS.handle): url}))


@pytest.mark.parametrize("answer", [500, 503, 403, "cut", "redirect"])
def test_whatever_the_address_asks_for_a_post_is_sent_once_and_a_no_is_a_doubt(receiver, answer):
    receiver.answers.extend([answer] * 4)
    channel = reaching(f"json://{receiver.host}/{TOKEN}?retry=3&wait=0&optional=yes&redirect=yes")
    with pytest.raises(OutcomeUnknown) as raised:
        channel.publish(RIDERS, saying("hello 7K3M9X2"))
    assert len(receiver.received) == 1
    assert TOKEN not in str(raised.value)


def test_a_status_is_told_since_it_is_all_that_a_person_gets(receiver):
    receiver.answers.append(403)
    with pytest.raises(OutcomeUnknown, match=r"\(403\)"):
        reaching(f"json://{receiver.host}/{TOKEN}").publish(RIDERS, saying("hello 7K3M9X2"))


def test_only_a_connection_that_was_never_made_is_tried_again():
    with pytest.raises(PostDeferred):
        reaching(f"json://{nobody_listens()}/{TOKEN}").publish(RIDERS, saying("hello 7K3M9X2"))


def test_words_about_a_broken_connection_in_the_post_itself_prove_nothing(receiver):
    receiver.answers.append("cut")
    text = "Socket Exception: NewConnectionError 7K3M9X2"
    with pytest.raises(OutcomeUnknown):
        reaching(f"json://{receiver.host}/{TOKEN}").publish(RIDERS, saying(text))


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", f"unheard-of://{TOKEN}", f"json://one.example/{TOKEN},json://two.example/{TOKEN}"],
    ids=["none", "no address", "no service", "two services"],
)
def test_an_address_that_is_not_one_known_service_needs_a_person(url):
    for act in (reaching(url).who_am_i, lambda who: reaching(url).publish(who, saying("hello 7K3M9X2"))):
        with pytest.raises(LoginNeeded) as raised:
            act(RIDERS)
        assert TOKEN not in str(raised.value)


def test_the_fingerprint_is_the_same_for_the_same_address_and_differs_by_account():
    one, again = reaching(f"json://one.example/{TOKEN}"), reaching(f"json://one.example/{TOKEN}")
    assert one.who_am_i(RIDERS) == again.who_am_i(RIDERS)
    assert one.who_am_i(RIDERS) != reaching(f"json://two.example/{TOKEN}").who_am_i(RIDERS)


@pytest.mark.parametrize("limit", [10, None])
def test_what_the_service_would_cut_is_refused(receiver, limit):
    who = RIDERS.model_copy(update={"limit": limit})
    with pytest.raises(PostRefused, match="at most"):
        reaching(f"json://{receiver.host}/{TOKEN}").publish(who, saying("a" * (1001 if limit is None else 11)))
    assert receiver.received == []


def test_it_looks_nothing_up():
    probe = Probe(outgoing=saying("hello 7K3M9X2"), repost_of=None, attempted_at=saying("x").said_at)
    with pytest.raises(NotSupported):
        reaching(f"json://one.example/{TOKEN}").find(RIDERS, probe)
