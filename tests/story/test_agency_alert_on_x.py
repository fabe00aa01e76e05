"""An agency's alerts from delays to all clear, in the shape of a real feed: killed at drawn steps, said once each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.alert_feeds import HOUR, as_json, as_protobuf, entity, feed
from tests.fakes.example_fleet import write_fleet
from tests.fakes.x_server import XServer
from tests.story.crash import HANDLES, open_x, utc_now
from tests.story.fed_again import FEEDINGS, read_until_quiet
from tests.story.proof.forker import Forker
from tests.story.proof.life import QUIET, Life

GOLDEN = Path(__file__).parent / "agency_alert_on_x.txt"
SOURCES = "[{name: alerts, kind: gtfs_realtime, path: alerts.feed, agency_ids: [EX], from: start, gone_after: 1s}]"


def snapshots() -> Sequence[Sequence[dict[str, Any]]]:
    """Delays, an update with another rank, an escalation to more lines, the all-clear; beside them planned work that is
    announced and begins, one alert that churns its id, and words for drivers."""
    now = int(utc_now().timestamp())
    signal = "[GB] trains are delayed in both directions while we mend a made-up signal at Harbour."
    blue = entity("lmm:alert:40:9", "[Blue] trains run with delays after a made-up incident.", routes=["Blue"])
    churned = {**blue, "id": "lmm:alert:41:9"}
    work = entity(
        "lmm:planned_work:7",
        "[Red] trains skip Old Mill this weekend.",
        routes=["Red"],
        alert_type="Planned Work",
        periods=[(now + 5 * HOUR, now + 9 * HOUR)],
        before=2 * 24 * HOUR,
    )
    drivers = entity("lmm:alert:50:1", "Drivers must wait at made-up signal 4.")
    delays = entity("lmm:alert:1:20", signal, description="Expect longer waits.", alert_type="Delays")
    slower = entity("lmm:alert:1:14", signal, description="Expect waits of twenty minutes.", alert_type="Delays")
    stopped = entity(
        "lmm:alert:1:2",
        "No [GB] trains run between Harbour and Lantern Hill. [Red] trains are delayed.",
        routes=["GB", "Red"],
        alert_type="Suspended",
    )
    over = {**stopped, "alert": {**stopped["alert"], "active_period": [{"start": now - 2 * HOUR, "end": now - 60}]}}
    return (
        (delays, blue, work, drivers),
        (slower, churned, work, drivers),
        (stopped, churned, work, drivers),
        (over, churned, work, drivers),
    )


def live_fleet(folder: Path, x: XServer) -> tuple[str, dict[str, str]]:
    """A fleet live on this X, which reads the feed from a file; where its lines.yaml is, and its environment."""
    brakes = "posts_per_hour: 100000, fleet_posts_per_hour: 100000, failures_before_rest: 1000"
    config = write_fleet(
        folder,
        sources=SOURCES,
        x=f"{{limit: 280, base_url: '{x.url}', answer_limit: 5s, connect_limit: 5s}}",
        delivery=f"{{lease_seconds: 30, grace_seconds: 30, {brakes}}}",
    )
    environ = {
        "SUBWAY_FLEET_SECRET_X_APP_KEY": x.consumer_key,
        "SUBWAY_FLEET_SECRET_X_APP_SECRET": x.consumer_secret,
        "SUBWAY_FLEET_STATE": str(folder / "state"),
    }
    for handle in HANDLES:
        account = x.add_account(handle)
        environ[f"SUBWAY_FLEET_SECRET_X_{handle.upper()}_TOKEN"] = account.token
        environ[f"SUBWAY_FLEET_SECRET_X_{handle.upper()}_TOKEN_SECRET"] = account.secret
    return str(config), environ


def threads_of(x: XServer) -> str:
    """What stands on each handle as the server has it: who said what, in answer to what, and who repeated it."""
    posts = x.posts()
    lines = []
    for handle in HANDLES:
        own = [post for post in posts if post.username == handle]
        for post in own:
            if post.kind != "post" or post.reply_to is not None:
                continue
            lines.append(f"@{handle}")
            lines += _told(post, posts)
            for answer in own:
                if answer.reply_to == post.id:
                    lines += ["  answered by"] + ["  " + line for line in _told(answer, posts)]
    return "\n".join(lines) + "\n"


def _told(post: Any, posts: Sequence[Any]) -> list[str]:
    words = post.text.split("\nRef ")[0]
    update = ", update" + post.text.split(", update")[1] if ", update" in post.text else ""
    again = sorted(one.username for one in posts if one.kind == "repost" and one.repost_of == post.id)
    return [f"{words}{update}" + (f"  [repeated by {' '.join(again)}]" if again else "")]


@pytest.mark.parametrize("order", ["as given", "reversed"])
@pytest.mark.parametrize("form", ["json", "protobuf"])
def test_delays_update_escalation_and_all_clear_stand_once_each_in_order(tmp_path: Path, order: str, form: str) -> None:
    chance, killed = random.Random(f"agency {order} {form}"), 0
    with open_x() as x, Forker() as forker:
        config, environ = live_fleet(tmp_path, x)
        assert forker.live(Life(config, environ, works="connect"), lambda _pid: None) == QUIET
        for snapshot in snapshots():
            entities = snapshot if order == "as given" else snapshot[::-1]
            for _ in range(FEEDINGS):
                document = feed(utc_now(), *entities)
                body = as_json(document) if form == "json" else as_protobuf(document)
                (tmp_path / "alerts.feed").write_bytes(body)
                killed += read_until_quiet(forker, config, environ, chance)
        said = threads_of(x)
        first = [post for post in x.posts() if post.kind == "post"]
        assert len({post.text for post in first}) == len(first), "nothing twice"
    assert killed >= 3
    assert said == GOLDEN.read_text("utf-8")
