"""An Atom feed (RFC 4287) of what stands; what was taken back has a tombstone (RFC 6721) and an entry that says so."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from core.domain.published import Published
from core.render.feed_head import DEMONSTRATION, FeedHead, newest, notice_urn, stamp

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONE = "http://purl.org/atompub/tombstones/1.0"
MEDIA_TYPE = "application/atom+xml"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

register_namespace("", ATOM)
register_namespace("at", TOMBSTONE)


def atom(head: FeedHead, notices: Sequence[Published]) -> bytes:
    """The feed, the latest first. A tombstone tells readers that know it to drop the notice; its entry under an id of
    its own tells everybody else that it no longer stands: nothing vanishes silently."""
    feed = Element(f"{{{ATOM}}}feed", {_LANGUAGE: head.language})
    _text(feed, "id", f"urn:fleet-feed:{head.host}{head.path}")
    _text(feed, "title", head.title)
    if head.demonstration:
        _text(feed, "subtitle", DEMONSTRATION)
    _text(feed, "updated", stamp(newest(notices)))
    _text(SubElement(feed, f"{{{ATOM}}}author"), "name", head.author)
    _link(feed, "self", head.url, MEDIA_TYPE)
    _link(feed, "alternate", head.home, "text/html")
    for one in notices:
        if one.withdrawn:
            _tombstone(feed, one)
        _entry(feed, head, one)
    return document(feed)


def _entry(feed: Element, head: FeedHead, one: Published) -> None:
    language, words = head.words(one)
    entry = SubElement(feed, f"{{{ATOM}}}entry", {_LANGUAGE: language})
    _text(entry, "id", f"{notice_urn(one)}:withdrawn" if one.withdrawn else notice_urn(one))
    _text(entry, "title", words.header)
    _text(entry, "published", stamp(one.at if one.withdrawn else one.first_at))
    _text(entry, "updated", stamp(one.at))
    _link(entry, "alternate", head.link(one), "text/html")
    for term in ("withdrawn" if one.withdrawn else one.kind.value, *(f"line {line}" for line in one.lines)):
        SubElement(entry, f"{{{ATOM}}}category", {"term": term})
    _text(entry, "content", words.text).set("type", "text")


def _tombstone(feed: Element, one: Published) -> None:
    gone = SubElement(feed, f"{{{TOMBSTONE}}}deleted-entry", {"ref": notice_urn(one), "when": stamp(one.at)})
    _text(gone, "comment", "withdrawn", TOMBSTONE)


def _text(parent: Element, name: str, said: str, space: str = ATOM) -> Element:
    element = SubElement(parent, f"{{{space}}}{name}")
    element.text = xml_text(said)
    return element


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"rel": relation, "href": address, "type": media_type})


def document(root: Element) -> bytes:
    """A whole XML document."""
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


def xml_text(said: str) -> str:
    """Without the signs that no XML document may hold (XML 1.0, 2.2)."""
    return "".join(
        sign
        for sign in said
        if sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd" or sign >= "\U00010000"
    )
