"""Whether a partner's words may go out by themselves, or wait for a person: closed rules, and no list of names."""

from __future__ import annotations

import re
from collections.abc import Iterable

POLICE, PERSON, TELEPHONE, PICTURE = "partner-on-police", "partner-names-person", "partner-number", "partner-picture"
_POLICE = re.compile(
    r"\b(police|policía|officers?|arrest\w*|arrestad\w+|detenid\w+|suspect\w*|sospechos\w+|crim\w+|robber\w*|robo\w?|"
    r"assault\w*|agresi\w+|stab\w*|shoot\w*|shot|victim\w*|víctima\w*|wanted|buscad\w+|murder\w*|homicid\w+|custody)\b",
    re.IGNORECASE,
)
"""Words of the bureau's own matters, in English and Spanish; in another language all waits for a person."""
_READ = frozenset({"en", "es"})
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Sr|Sra|Srta|Señor|Señora|Officer|Conductor|Det|Sgt)\b\.?\s+[^\W\d_]")
_AGE = re.compile(r"\b\d{1,3}[- ](years?[- ]old|año?s?)\b|\baged? \d{1,3}\b|\bde \d{1,3} años\b", re.IGNORECASE)
_CAPITALS = re.compile(r"(?<![.!?:\n] )(?<!^)\b([^\W\d_a-z]\w+(?:[- ][^\W\d_a-z]\w+)+)")
_NUMBER = re.compile(r"(?<!\w)\+?[\d(][\d ().-]{5,}\d(?!\w)")
_PICTURE = re.compile(r"\.(jpe?g|png|gif|webp|heic)\b|!\[|<img", re.IGNORECASE)


def why_held(texts: Iterable[tuple[str, str]], known: Iterable[str], numbers: Iterable[str]) -> str | None:
    """The rule by which a person must decide on these (language, text) pairs, or None. `known` are names that are no
    person's (stations, lines, agency), `numbers` those that anybody may be told to call."""
    names = sorted({name for name in known if name}, key=len, reverse=True)
    for language, text in texts:
        if language.partition("-")[0] not in _READ or _POLICE.search(text):
            return POLICE
        left = _without(text, names)
        if _TITLE.search(left) or _AGE.search(text) or _CAPITALS.search(left):
            return PERSON
        if _NUMBER.search(_without(text, numbers)):
            return TELEPHONE
        if _PICTURE.search(text):
            return PICTURE
    return None


def _without(text: str, names: Iterable[str]) -> str:
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "·", text)
    return text
