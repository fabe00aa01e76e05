"""Made-up notices as they stand publicly: one said once, one updated, one taken back, a digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.domain.lines import LineId
from core.domain.notices import Kind, NoticeId, SubjectKind
from core.domain.published import Published, Said, Words
from core.domain.taking_back import Because
from core.render.feed_head import FeedHead

NOON = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
GREEN, RED = LineId("Green"), LineId("Red")


def words(said: str, reference: str) -> Words:
    text = f"{said} In an emergency, call 000.\nRef {reference}"
    return Words(header=said, text=text, spoken_header=said, spoken_text=text.replace("\nRef", " Reference"))


def notice(number: int, said: str = "Robbery reported at Harbour.", *, minutes: tuple[float, ...] = (0,)) -> Published:
    """A notice whose revisions stood so many minutes after noon."""
    reference = f"BCDFG{number:02}"
    history = tuple(Said(revision=n, at=NOON + timedelta(minutes=at)) for n, at in enumerate(minutes, start=1))
    return Published(
        id=NoticeId(f"{number:032x}"),
        reference=reference,
        about=SubjectKind.INCIDENT,
        kind=Kind.CRIME_ALERT if len(minutes) == 1 else Kind.UPDATE,
        said=history,
        lines=(GREEN,),
        stops=("G1",),
        words={"en": words(said, reference), "es": words(f"ES: {said}", reference)},
        until=history[-1].at + timedelta(hours=12),
        page=f"/post/{number}",
    )


ONE, UPDATED = notice(1), notice(2, "Assault reported on the Red Line.", minutes=(5, 20))
UPDATED = UPDATED.model_copy(update={"lines": (RED, GREEN), "stops": ()})
GONE = notice(3, minutes=(10, 30)).model_copy(
    update={
        "kind": Kind.CORRECTION,
        "words": {"en": words("Correction: our notice was wrong.", "BCDFG03")},
        "stops": (),
        "because": Because.ERROR,
        "withdrawn": True,
        "page": None,
        "until": NOON + timedelta(minutes=30),
    }
)
DIGEST = notice(4, "Green Line, July 3: 2 reports to police.").model_copy(
    update={"about": SubjectKind.DIGEST, "kind": Kind.DIGEST, "stops": ()}
)
ALL = (GONE, UPDATED, DIGEST, ONE)
HEAD = FeedHead(
    title="Example Transit Police: all lines",
    author="Example Transit Police",
    base="https://police.example.org",
    path="/feeds/atom.xml",
    line=None,
    language="en",
    sender="notices@police.example.org",
    routes={GREEN: ("GB", "GC"), RED: ("Red",)},
)
