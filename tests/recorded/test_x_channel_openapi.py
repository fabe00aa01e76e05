"""Holds every request of the X channel, and what it reads from the answers, against X's own API description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.adapters.channels.x import XChannel
from core.adapters.clock import WallClock
from core.domain.lines import Account
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused, Probe
from tests.contract.channels import account, saying, x_secrets
from tests.fakes.x_proxy import ValidatingProxy, validating_proxy
from tests.fakes.x_server import Fault, XServer

LEAD, SISTER = account("x", "ExampleGreen"), account("x", "ExampleRed")
NOW = WallClock().now


@pytest.fixture(scope="module")
def x() -> Iterator[XServer]:
    with XServer() as server:
        for one in (LEAD, SISTER):
            server.add_account(one.handle)
        yield server


@pytest.fixture(scope="module")
def proxy(x: XServer, recorded: Path) -> Iterator[ValidatingProxy]:
    with validating_proxy(recorded / "social" / "x_api_v2_openapi_2026-08.json", x.url) as running:
        yield running


@pytest.fixture
def breaches(proxy: ValidatingProxy) -> Callable[[], tuple[str, ...]]:
    """Gives what was complained about since the test began."""
    before = len(proxy.violations())
    return lambda: proxy.violations()[before:]


@pytest.fixture
def channel(x: XServer, proxy: ValidatingProxy) -> XChannel:
    return XChannel(x_secrets(x, *x.site.world.accounts.values()), base_url=proxy.url)


@pytest.fixture
def standing(x: XServer) -> Callable[[Account], list[str]]:
    return lambda who: [one.text for one in x.live(who.handle)]


@pytest.mark.parametrize("wording", ["tweets", "posts"])
def test_a_notice_from_its_first_post_to_its_removal(x, channel, standing, breaches, wording):
    x.answer_in(wording)
    for who in (LEAD, SISTER):
        assert channel.who_am_i(who).handle == who.handle
    began, text = NOW(), f"Robbery & <assault> 🚇 https://fleet.example/a?b=1&c=2 {wording} 7K3M9X2 1/2"
    first = channel.publish(LEAD, saying(text))
    second = channel.publish(LEAD, saying(f"سرقة {wording} 7K3M9X2 2/2", reply_to=first))
    reposted = channel.repost(SISTER, first)
    assert channel.find(LEAD, Probe(outgoing=saying(text), repost_of=None, attempted_at=began)).found is not None
    again = channel.find(SISTER, Probe(outgoing=None, repost_of=first, attempted_at=began)).found
    assert again is not None
    assert again.platform_id == reposted.platform_id
    for _ in range(2):
        channel.remove(SISTER, reposted)
        channel.remove(LEAD, second)
        channel.remove(LEAD, first)
    assert standing(LEAD) == standing(SISTER) == []
    assert breaches() == ()


def test_a_look_over_several_pages(x, channel, breaches):
    began = NOW()
    wanted = saying("wanted 7K3M9X2")
    x.misbehave(Fault.DROP_AFTER, method="POST")
    with pytest.raises(OutcomeUnknown):
        channel.publish(SISTER, wanted)
    for number in range(7):
        channel.publish(SISTER, saying(f"later {number} 7K3M9X2"))
    assert channel.find(SISTER, Probe(outgoing=wanted, repost_of=None, attempted_at=began)).found is not None
    absent = channel.find(SISTER, Probe(outgoing=saying("never"), repost_of=None, attempted_at=began))
    assert (absent.found, absent.complete) == (None, True)
    assert [one for one in breaches() if "post /2/tweets" not in one] == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.TOO_MANY, PostDeferred),
        (Fault.USAGE_CAP, PostDeferred),
        (Fault.DUPLICATE, OutcomeUnknown),
        (Fault.FAIL_AFTER, OutcomeUnknown),
        (Fault.NOT_PERMITTED, PostRefused),
        (Fault.REPLY_NOT_ALLOWED, PostRefused),
        (Fault.SUSPENDED, LoginNeeded),
        (Fault.LOCKED, LoginNeeded),
    ],
)
def test_refusals_in_the_forms_that_the_description_knows(x, channel, breaches, fault, expected):
    x.misbehave(fault, method="POST")
    with pytest.raises(expected):
        channel.publish(LEAD, saying(f"meets {fault.value} through the proxy"))
    assert breaches() == ()


def test_a_text_that_is_too_long_is_refused(channel, standing, breaches):
    before = standing(LEAD)
    with pytest.raises(PostRefused, match="too long"):
        channel.publish(LEAD, saying("a" * 281))
    assert standing(LEAD) == before
    assert breaches() == ()
