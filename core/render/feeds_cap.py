"""Common Alerting Protocol 1.2 (OASIS, July 2010): Alert, Update, and Cancel for what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace

from core.domain.notices import Kind, SubjectKind
from core.domain.published import Published, Said, Words
from core.render.feed_head import FeedHead, newest, stamp
from core.render.feeds_atom import ATOM, document, xml_text

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"

register_namespace("cap", CAP)


def cap(head: FeedHead, one: Published, place: str, *, exercise: bool = False) -> bytes:
    """One message: the notice as it stands now. `place` is the network's name. Each revision that stood is a message;
    a later one names them all in `references`, so that a receiver that missed one still knows what it replaces."""
    alert = Element(f"{{{CAP}}}alert")
    _add(alert, "identifier", identifier(one, one.said[-1]))
    _add(alert, "sender", head.sender)
    _add(alert, "sent", _moment(one.at))
    _add(alert, "status", "Test" if head.demonstration else "Exercise" if exercise else "Actual")
    _add(alert, "msgType", "Cancel" if one.withdrawn else "Update" if len(one.said) > 1 else "Alert")
    _add(alert, "scope", "Public")
    if len(one.said) > 1:
        earlier = (f"{head.sender},{identifier(one, said)},{_moment(said.at)}" for said in one.said[:-1])
        _add(alert, "references", " ".join(earlier))
    for language, words in one.words.items():
        _info(alert, head, one, language, head.marked(words), place)
    return document(alert)


def identifier(one: Published, said: Said) -> str:
    """A message's identifier: the notice and the revision; no blank, comma, < or &."""
    return f"{one.id}-{said.revision}"


def is_message(one: Published) -> bool:
    """True for what CAP carries: a digest of the day is no alert."""
    return one.about is not SubjectKind.DIGEST


def cap_index(head: FeedHead, notices: Sequence[Published]) -> bytes:
    """An Atom feed whose entries link to the messages, the latest first."""
    feed = Element(f"{{{ATOM}}}feed")
    for name, said in (("id", f"urn:fleet-feed:{head.host}{head.path}"), ("title", f"{head.title} (CAP 1.2)")):
        _atom(feed, name, said)
    _atom(feed, "updated", stamp(newest(notices)))
    _atom(SubElement(feed, f"{{{ATOM}}}author"), "name", head.author)
    SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": head.url, "type": "application/atom+xml"})
    for one in notices:
        name = identifier(one, one.said[-1])
        entry = SubElement(feed, f"{{{ATOM}}}entry")
        _atom(entry, "id", f"urn:fleet-message:{name}")
        _atom(entry, "title", head.words(one)[1].header)
        _atom(entry, "updated", stamp(one.at))
        address = f"{head.url.removesuffix('.xml')}/{name}.xml"
        SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": address, "type": MEDIA_TYPE})
    return document(feed)


def _info(alert: Element, head: FeedHead, one: Published, language: str, words: Words, place: str) -> None:
    response, urgency, severity, certainty = _weight(one)
    info = SubElement(alert, f"{{{CAP}}}info")
    _add(info, "language", language)
    for category in ("Safety", "Security"):
        _add(info, "category", category)
    _add(info, "event", "notice taken back" if one.withdrawn else f"police notice: {one.kind.value}")
    _add(info, "responseType", response)
    _add(info, "urgency", urgency)
    _add(info, "severity", severity)
    _add(info, "certainty", certainty)
    _add(info, "effective", _moment(one.at))
    if not one.withdrawn:
        _add(info, "expires", _moment(one.until))
    _add(info, "senderName", head.author)
    _add(info, "headline", words.header)
    _add(info, "description", words.text)
    _add(info, "web", head.link(one))
    for name, values in (("reference", [one.reference]), ("lines", one.lines), ("stop_ids", one.stops)):
        if values:
            _parameter(info, name, " ".join(values))
    _area(info, head, one, place)


def _area(info: Element, head: FeedHead, one: Published, place: str) -> None:
    area = SubElement(info, f"{{{CAP}}}area")
    _add(area, "areaDesc", f"{place}: {', '.join(one.lines)}" if one.lines else place)
    routes = [route for line in one.lines for route in head.routes.get(line, ())]
    for name, values in (("GTFS_ROUTE", routes), ("GTFS_STOP", one.stops)):
        for value in values:
            code = SubElement(area, f"{{{CAP}}}geocode")
            _add(code, "valueName", name)
            _add(code, "value", value)


def _weight(one: Published) -> tuple[str, str, str, str]:
    """responseType, urgency, severity and certainty. A report is likely, never observed: nobody has judged it yet."""
    if one.withdrawn:
        return "None", "Past", "Unknown", "Unknown"
    match one.kind:
        case Kind.CRIME_ALERT | Kind.WANTED | Kind.IDENTIFY | Kind.UPDATE | Kind.CORRECTION:
            return "Monitor", "Unknown", "Unknown", "Likely"
        case Kind.ALL_CLEAR:
            return "AllClear", "Past", "Minor", "Observed"
        case _:
            return "None", "Unknown", "Unknown", "Likely"


def _parameter(info: Element, name: str, value: str) -> None:
    parameter = SubElement(info, f"{{{CAP}}}parameter")
    _add(parameter, "valueName", name)
    _add(parameter, "value", value)


def _moment(moment: datetime) -> str:
    """CAP's own form: no `Z`, and UTC as -00:00 (CAP 1.2, 3.3.2)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _add(parent: Element, name: str, said: str) -> None:
    SubElement(parent, f"{{{CAP}}}{name}").text = xml_text(said)


def _atom(parent: Element, name: str, said: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = xml_text(said)
