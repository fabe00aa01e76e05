"""Cuts web addresses out of an agency's words, with what only led to them, where a link makes a post dear."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from core.domain.notices import ServiceDraft
from core.render.links import find_links

# What leads to an address and says nothing without it, in the languages that agencies write here.
_LEADS_TO = (
    r"for (?:more |further )?(?:info|information|details)|(?:more|further|full) (?:info|information|details)|details?"
    r"|info|information|(?:to )?(?:learn|read|find out) more|see|visit|go(?: online)? to|check|click|tap|please"
    r"|at|on|via|online|here|or|and|para (?:más|mayor) (?:información|detalles)|(?:más|mayor) (?:información|detalles)"
    r"|detalles|información|consulte|consulta|consultar|vea|ver|visite|visita|visitar|en|y|o|por favor"
)
_LEAD = regex.compile(rf"(?:(?<=^|[\s.,;:(\[–—-])(?:{_LEADS_TO})|[:,;(\[–—-]+|\s+)$", regex.IGNORECASE)
_AFTERWARDS = regex.compile(r"\s*(?:for|to|or|and|para|o|y)\b[^.!?,;\n]*", regex.IGNORECASE)
_CLOSES = regex.compile(r"[\s)\]:,;–—-]*(?=[.!?]|\n|$)|\s*[)\]]+")
_ENDS = (".", "!", "?", "\n")


def cut_links(text: str) -> str:
    """The text without its addresses, and without what would dangle; the whole text where nothing else is said."""
    cut = text
    while links := find_links(cut):
        cut = _joined(cut[: links[-1].start], cut[links[-1].end :])
    return cut.strip() or text


def _joined(before: str, after: str) -> str:
    kept = before
    while (match := _LEAD.search(kept)) is not None:
        kept = kept[: match.start()]
    led = kept.rstrip() != before.rstrip()
    if led:
        after = after[_end(_AFTERWARDS, after) :]
    after = after[_end(_CLOSES, after) :]
    begins = not kept or kept.endswith(_ENDS)
    if begins and led:  # all of the sentence was about the address
        return f"{kept}{_next_sentence(after)}"
    if begins:
        return f"{kept} {after.lstrip(' .!?')}" if kept else after.lstrip(" .!?")
    gap = "" if not after or after[0] in ".!?,;\n" else " "
    return f"{kept}{gap}{after.lstrip(' ')}"


def _end(pattern: regex.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return 0 if match is None else match.end()


def _next_sentence(after: str) -> str:
    """What follows the end of the sentence that `after` begins in."""
    end = regex.search(r"[.!?]+(?=\s|$)|\n", after)
    return "" if end is None else after[end.end() if end[0] != "\n" else end.start() :]


def without_links(draft: ServiceDraft) -> ServiceDraft:
    """The draft with header and description cut, in each language."""
    header = {language: cut_links(words) for language, words in draft.header.items()}
    described = {language: _or_nothing(words) for language, words in draft.description.items()}
    return draft.model_copy(update={"header": header, "description": described})


def _or_nothing(words: str) -> str:
    cut = cut_links(words)
    return "" if find_links(cut) else cut


def hold_links(texts: Iterable[str]) -> bool:
    """Whether any of these would be linked, and so be dear."""
    return any(find_links(text) for text in texts)
