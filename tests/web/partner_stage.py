"""A fleet on a stage with its feeds, and whoever fetches them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from core.adapters.feeds.alerts_protobuf import alerts_protobuf
from core.flow.published import Kept, published
from core.flow.sandbox import made_up
from core.settings.partner_shapes import PartnerSection
from core.web.feeds.app import feeds_app
from core.web.feeds.desk import FRESH, FeedDesk
from core.web.public.app import build_app
from tests.flow.stage import Stage, on_stage

BASE = "https://police.example.org"
SECTION = PartnerSection()


class Fetcher:
    """Fetches feeds of a stage; each time long enough after the last that the store is read."""

    def __init__(self, stage: Stage, *, drill: bool = False, shows_cards: bool = False) -> None:
        self.stage, self.drill, self.shows_cards = stage, drill, shows_cards
        self.client = TestClient(
            build_app(
                stage.fleet.timeline,
                stage.house.know,
                demonstration=False,
                beside={"/feeds": feeds_app(self._desk("/feeds")), "/sandbox": feeds_app(self._desk("/sandbox"))},
            )
        )

    def _desk(self, prefix: str) -> FeedDesk:
        store, know, sandbox = self.stage.fleet.store, self.stage.house.know, prefix == "/sandbox"
        kept: Kept = {}
        return FeedDesk(
            know=know,
            clock=self.stage.clock,
            store=store,
            listed=lambda now: (
                made_up(know, now) if sandbox else published(store, know, now, SECTION.keep, SECTION.counts_for, kept)
            ),
            encode=alerts_protobuf,
            base=BASE,
            prefix=prefix,
            sender="notices@police.example.org",
            demonstration=sandbox,
            drill=self.drill,
            shows_cards=self.shows_cards,
        )

    def get(self, path: str, **headers: str) -> Any:
        self.stage.clock.step(seconds=FRESH.total_seconds())
        return self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def fetching(folder: Path, **how: Any) -> Iterator[Fetcher]:
    with on_stage(folder, **how) as stage:
        yield Fetcher(stage)
