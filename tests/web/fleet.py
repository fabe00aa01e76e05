"""A made-up fleet with a real local timeline, on which tests say things and read the pages."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.adapters.channels.local import LocalChannel
from core.domain.deliveries import Receipt
from core.domain.lines import Account, LineId
from core.flow.knowledge import Knowledge
from core.ports.channel import Outgoing
from core.ports.timeline import StandingPost
from core.render.catalogue import Catalogue, sign
from core.settings.load import load_settings
from core.wiring import Wiring
from tests.fakes.clocks import SteppedClock

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "agencies" / "example" / "lines.yaml"
NIGHT = datetime(2026, 7, 3, 22, 15, tzinfo=UTC)
"""A summer's evening: the made-up city's clocks are an hour ahead of UTC."""
HOSTILE = """<script>alert("x")</script><img src=x onerror=alert(1)> & '"></p>"""


@functools.cache
def knowledge(path: Path = EXAMPLE) -> Knowledge:
    """What a fleet knows, as the wiring makes it."""
    return Wiring(lambda lines: (), {}).knowledge(load_settings(path, {}))


def with_catalogues(know: Knowledge, catalogues: Mapping[str, Catalogue]) -> Knowledge:
    return replace(know, voice=replace(know.voice, catalogues=catalogues))


def signed(know: Knowledge) -> Knowledge:
    """The same fleet, its words read by someone who is made up."""
    read = {}
    for language in know.voice.catalogues:
        source = (EXAMPLE.parent / "messages" / f"{language}.ftl").read_text("utf-8")
        read[language] = Catalogue(language, source, sign(Catalogue(language, source), "Made-up Reader", NIGHT.date()))
    return with_catalogues(know, read)


class Silent:
    """A timeline on which nobody has said anything."""

    def threads(self, handle: str, limit: int, before: str | None = None) -> Sequence[Sequence[StandingPost]]:
        return []

    def thread(self, post_id: str) -> Sequence[StandingPost]:
        return []

    def picture(self, name: str) -> None:
        return None

    def last_said(self) -> dict[str, datetime]:
        return {}

    def version(self, handle: str | None = None) -> str:
        return "0"


class Fleet:
    """Says things on the local timeline of a folder, one minute after the other."""

    def __init__(self, folder: Path, know: Knowledge | None = None) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'local.db'}"
        self.know = know or knowledge()
        self.clock = SteppedClock(NIGHT)
        self.timeline = LocalChannel(self.url, self.clock)
        self._keys = (f"{number:064x}" for number in itertools.count(1))
        self._minutes = itertools.count()

    def account(self, line: str) -> Account:
        return next(one for one in self.know.lines[LineId(line)].accounts if one.channel == "local")

    def say(
        self,
        line: str,
        text: str,
        *,
        spoken: str = "",
        language: str = "en",
        reply_to: Receipt | None = None,
        reference: str = "7KQ2M9X",
        said_at: datetime | None = None,
        key: str | None = None,
    ) -> Receipt:
        """One post on the line's handle, a minute after the last."""
        outgoing = Outgoing(
            text=text,
            spoken=spoken,
            language=language,
            reply_to=reply_to,
            reference=reference,
            said_at=said_at or NIGHT + timedelta(minutes=next(self._minutes)),
            platform_key=key or next(self._keys),
        )
        return self.timeline.publish(self.account(line), outgoing)

    def repost(self, line: str, target: Receipt) -> Receipt:
        return self.timeline.repost(self.account(line), target)

    def remove(self, line: str, receipt: Receipt) -> None:
        self.timeline.remove(self.account(line), receipt)
