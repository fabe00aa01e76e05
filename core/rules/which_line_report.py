"""How good the answers are: precision, coverage and what was held, against places labelled by hand."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from core.domain.gazetteer import Gazetteer
from core.domain.lines import Frozen
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, Placement


class Label(Frozen):
    """The truth of one record: a station, a complex (those of its stations that are meant), or no one answer."""

    number: str
    answer: Literal["station", "complex", "none"]
    station_ids: tuple[str, ...] = ()
    why: str | None = None


class Verdict(StrEnum):
    """How an answer compares with the truth."""

    RIGHT = "right"
    WRONG = "wrong"
    """Names a line that the truth lacks, or a complex where the truth is one station."""
    MISSED = "missed"
    """Held, although there is one right answer."""
    HELD = "rightly held"


def judge(placement: Placement, label: Label, gazetteer: Gazetteer) -> Verdict:
    """Compare an answer with its label. Raises KeyError when the label names a station that is not there."""
    true_lines = {line for found in label.station_ids for line in gazetteer.station(found).lines}
    match placement:
        case Ambiguous() | OffNetwork():
            return Verdict.HELD if label.answer == "none" else Verdict.MISSED
        case AtComplex():
            right = label.answer == "complex" and set(placement.lines) <= true_lines
        case AtStation():
            right = label.answer != "none" and placement.station_id in label.station_ids
    return Verdict.RIGHT if right else Verdict.WRONG


class Judged(Frozen):
    """One record's answer, its label and the verdict."""

    label: Label
    placement: Placement
    verdict: Verdict


class Report(Frozen):
    """All verdicts over a labelled set."""

    judged: tuple[Judged, ...]

    def count(self, verdict: Verdict) -> int:
        """How many answers met this verdict."""
        return sum(one.verdict is verdict for one in self.judged)

    @property
    def precision(self) -> float:
        """The part of the answers that are right; 1 when none was given."""
        right, wrong = self.count(Verdict.RIGHT), self.count(Verdict.WRONG)
        return right / (right + wrong) if right + wrong else 1.0

    @property
    def coverage(self) -> float:
        """The part of the records with one right answer that were answered, rightly or not; 1 when there are none."""
        answerable = [one for one in self.judged if one.label.answer != "none"]
        answered = [one for one in answerable if one.verdict is not Verdict.MISSED]
        return len(answered) / len(answerable) if answerable else 1.0

    def words(self) -> str:
        """The figures in one line."""
        counts = ", ".join(f"{self.count(verdict)} {verdict.value}" for verdict in Verdict)
        return f"{len(self.judged)} records: {counts}; precision {self.precision:.1%}, coverage {self.coverage:.1%}"


def report(labels: Iterable[Label], placements: dict[str, Placement], gazetteer: Gazetteer) -> Report:
    """Judge every label by the placement of its record. Raises KeyError when a labelled record is not there."""
    judged = []
    for label in labels:
        placement = placements[label.number]
        judged.append(Judged(label=label, placement=placement, verdict=judge(placement, label, gazetteer)))
    return Report(judged=tuple(judged))
