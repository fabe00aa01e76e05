"""Whether words handed in or typed wait for a person: closed rules, and no list of names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import regex

from core.rules.lint import folded

POLICE, PERSON, TELEPHONE, PICTURE = "partner-on-police", "partner-names-person", "partner-number", "partner-picture"
_POLICE = re.compile(
    r"\b(police\w*|policia\w*|cops?|officers?|detectives?|arrest\w*|detenid\w+|detained|suspect\w*|sospechos\w+|"
    r"crim\w+|robber\w*|robbed|robo|robos|robad\w+|theft\w*|thie(?:f|ves)|stolen|ladron\w*|hurt[oa]s?|burglar\w*|"
    r"assault\w*|attack\w*|agresi\w+|agredi\w+|ataque\w*|atacad\w+|stab\w*|knife\w*|knives|apunal\w+|cuchillo\w*|"
    r"shoot\w*|shot|shots|gun|guns|gunm[ae]n|gunshot\w*|weapon\w*|arma|armas|disparo\w*|tiroteo\w*|victim\w*|wanted|"
    r"buscad\w+|murder\w*|homicid\w+|kill(?:ed|er|ing)?|asesin\w+|custody|fugitiv\w+|hostage\w*|rap(?:e|ed|es|ist)|"
    r"violaci\w+|violad\w+|grop\w+|molest\w*|manose\w+|sexual\w*|harass\w*|acos\w+|witness\w*|testigo\w*)\b"
)
"""Words of the bureau's own matters, in English and Spanish, without accents; in another language all waits."""
_READ = frozenset({"en", "es"})
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Sr|Sra|Srta|Señor|Señora|Officer|Conductor|Det|Sgt)\b\.?\s+[^\W\d_]")
_AGE = re.compile(r"\b\d{1,3}[- ](years?[- ]old|año?s?)\b|\baged? \d{1,3}\b|\bde \d{1,3} años\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(m[ae]n|wom[ae]n|boys?|girls?|child|kid|teen(?:ager)?s?|juveniles?|minors?|toddlers?|bab(?:y|ies)|"
    r"hombres?|mujer(?:es)?|nin[oa]|adolescentes?|chic[oa]s?|menor de edad)\b"
)
"""Somebody in particular, by sex or age; without accents. "Children" in general, as of a fare, are nobody."""
_SOUGHT = re.compile(
    r"\b(he|she|him|himself|his|her|hers|herself|look(?:ed|ing)? for(?! (?:posted |posters?|signs?|signage|notices|"
    r"staff|employees|(?:shuttle |free )?buses|the bus|(?:a |an |the )?(?:station|red|blue|free|shuttle)))|"
    r"search(?:ed|ing)? for|seek(?:s|ing)?|go(?:es)? by the name|called by|named|missing person|went missing|"
    r"was (?:last )?seen|have you seen|if you see|recogni[sz]e|identify|"
    r"busca(?:n|mos|ndo)?|desaparecid\w+|se llama|llamad[oa]|ha visto|fue vist\w+|reconoce|identifi\w+)\b"
)
"""Somebody is sought or spoken of, whatever the letters of the name; without accents."""
_CAPITAL = regex.compile(r"(?<![.!?:] )(?<![\n\r])(?<!^)\b\p{Lu}\w+")
"""A word with a capital that begins no sentence."""
_INITIAL = regex.compile(r"\b\p{Lu}\.\s?\p{Lu}\w+")
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_PLACES = (
    "street|st|avenue|av|ave|boulevard|blvd|road|rd|square|plaza|parkway|pkwy|lane|place|terminal|station|line|"
    "trains?|bus|buses|shuttle|service|north|south|east|west|northbound|southbound|eastbound|westbound|uptown|downtown"
)
_NOBODY = re.compile(rf"{_DAYS}|{_MONTHS}|{_PLACES}|am|pm")
"""Words that English writes with a capital, or riders' signs do, and that name nobody by themselves."""
_NUMBER = re.compile(r"(?<!\w)\+?[\d(][\d ().-]{5,}\d(?!\w)")
_IN_LINK = re.compile(r"[^\W_]+")
_PICTURE = re.compile(r"\.(jpe?g|png|gif|webp|heic)\b|!\[|<img", re.IGNORECASE)


def why_held(
    texts: Iterable[tuple[str, str]], known: Iterable[str], numbers: Iterable[str], police: Iterable[str] = ()
) -> str | None:
    """The rule by which a person must decide on these (language, text) pairs, or None. `known` are names that are no
    person's (stations, lines, agency), `numbers` those that anybody may be told to call, `police` names of the bureau,
    for which nobody else speaks."""
    names, bureau = tuple(known), tuple(police)
    for language, text in texts:
        if language.partition("-")[0] not in _READ or _POLICE.search(folded(text)):
            return POLICE
        if without_names(text, bureau) != text:
            return POLICE
        if names_somebody(text, names):
            return PERSON
        if _NUMBER.search(without_names(text, numbers)):
            return TELEPHONE
        if _PICTURE.search(text):
            return PICTURE
    return None


def why_link_held(url: str, known: Iterable[str]) -> str | None:
    """The rule by which a person must open this link first, or None: platforms show the picture behind a link beside
    the post. Only what stands behind its host is read; a number in it is nobody's telephone."""
    parts = urlsplit(url)
    said = unquote(f"{parts.path} {parts.query} {parts.fragment}")
    words = "at, " + ", ".join(_IN_LINK.findall(said))
    if _POLICE.search(folded(words)):
        return POLICE
    if _PICTURE.search(said):
        return PICTURE
    return PERSON if names_somebody(words, known) else None


def names_somebody(text: str, known: Iterable[str]) -> bool:
    """True where words may name or describe somebody. A lone name that begins a sentence, or one in small letters of
    which nothing says that somebody is sought or spoken of, is beyond it: whoever is to be sure has a person look."""
    left = without_names(text, known)
    plain = folded(text)
    if _TITLE.search(left) or _AGE.search(text) or _INITIAL.search(left):
        return True
    if _SOMEBODY.search(plain) or _SOUGHT.search(plain):
        return True
    return any(_NOBODY.fullmatch(found.casefold()) is None for found in _CAPITAL.findall(left))


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with none of these names in it: a dot stands for each."""
    for name in sorted({name for name in names if name and name in text}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "·", text)
    return text
