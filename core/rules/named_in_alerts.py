"""Whether an agency's own alert names or describes somebody: by what is said around a name, and no list of names.

An alert is full of capitals: streets, stations, branches, stadiums. A capital alone says nothing there, unlike in what
a partner hands in (`partner_words`). It does beside a word that only people are spoken of with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import regex

from core.rules.lint import folded
from core.rules.partner_words import without_names

_WORD = r"\p{Lu}[\p{L}\p{M}]*(?:['’]\p{L}+)*"
_NAME = regex.compile(rf"(?<![\p{{L}}\p{{N}}'’])(?:{_WORD}\.?[ \-]+)*{_WORD}")
"""Words in capitals that follow each other."""
_AGED = regex.compile(r"(\p{Lu}\p{Ll}[\p{L}\p{M}'’]+)(?:,? \(|, )(\d{1,3})(?:\)|(?=[,.;]? *$)|(?=[,;.] +\p{Ll}))")
"""A word in capitals with a number behind it, as an age is written: "Example, 24, of" or "Example (24)"."""
_YEARS = re.compile(r"\b(\d{1,3})[- ]years?[- ]old\b|\baged (\d{1,3})\b|\bde (\d{1,3}) anos\b")
_OLDEST = 115
_TITLE = regex.compile(
    r"\b(?:Mrs?|Ms|Miss|Sra?|Srta|Señora?|Det|Sgt|Lt|(?i:officer|detective|sergeant|captain|conductor|operator|motorman|"
    rf"driver|inspector))\b\.? ({_WORD})"
)
_SOMEBODY = re.compile(
    r"\b(m[ae]n|wom[ae]n|boys?|girls?|child|kid|teen(?:ager)?s?|juveniles?|minors|toddlers?|bab(?:y|ies)|"
    r"hombres?|mujer(?:es)?|nin[oa]|adolescentes?|chic[oa]s?|menor de edad)\b"
)
"""Somebody in particular, without accents. "A minor delay" and "children" of a fare are nobody."""
_CUE = re.compile(
    r"\b(he|she|his|her|him|seek(?:s|ing)?|sought|wanted|suspect\w*|missing|last seen|arrest\w*|detain\w*|custody|"
    r"identified|named|victims?|witness\w*|charged with|accused|convicted|fugitive|killed|died|dead|death|stabb\w+|"
    r"shot|slashed|struck|assault\w*|attack\w*|robb(?:ed|er\w*)|pulled|pushed|threw|jumped|climbed|fell|looking for|"
    r"searching for|in memory of|police|cops|detectives?|buscad\w+|busca|desaparecid\w+|detenid\w+|arrestad\w+|"
    r"identificad\w+|sospechos\w+|victimas?|testigos?|acusad\w+|fallecid\w+|murio|policia)\b"
)
"""Words that people are spoken of with, in English and Spanish, without accents."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_PLACES = re.compile(
    r"street|st|sts|avenue|av|avs|ave|boulevard|blvd|road|rd|square|sq|plaza|parkway|pkwy|lane|ln|drive|dr|"
    r"court|ct|place|pl|way|highway|hwy|expressway|bridge|tunnel|ferry|island|airport|hospital|park|school|"
    r"university|college|center|centre|heights|hts|beach|terminal|station|stations|line|lines|branch|route|"
    r"train|trains|bus|buses|shuttle|service|stadium|hall|bay|point|north|south|east|west|northbound|"
    r"southbound|eastbound|westbound|uptown|downtown|county|city|exit|entrance|platform|track|tracks|level|"
    r"mezzanine|police|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|"
    r"may|june|july|august|september|october|november|december|am|pm"
)
"""What names of places, days and trains hold, without accents."""


def names_a_person(texts: Iterable[str], known: Iterable[str]) -> bool:
    """True where an alert's words name or describe somebody. `known` are names that are no person's: stations, lines,
    agency, bureau. A name that nothing around it shows to be one is beyond it, and so is another language's."""
    names = tuple(known)
    return any(_names(text, without_names(text, names)) for text in texts)


def _names(text: str, left: str) -> bool:
    if _SOMEBODY.search(folded(text)) or any(_years(found) for found in _YEARS.finditer(folded(text))):
        return True
    if any(_may_be_name(found[1]) for found in _TITLE.finditer(left)):
        return True
    if any(_may_be_name(found[1]) and int(found[2]) <= _OLDEST for found in _AGED.finditer(left)):
        return True
    return any(_named_beside_a_cue(sentence) for sentence in _SENTENCE.split(left))


def _years(found: re.Match[str]) -> bool:
    return any(int(years) <= _OLDEST for years in found.groups() if years is not None)


def _named_beside_a_cue(sentence: str) -> bool:
    if _CUE.search(folded(sentence)) is None:
        return False
    return any(_may_be_name(found[0], least=2) for found in _NAME.finditer(sentence))


def _may_be_name(words: str, least: int = 1) -> bool:
    """False for what names a place, a day or a train; words of the sentence that stand before a name are no part."""
    left = folded(words).replace("-", " ").replace(".", "").split()
    while left and (_PLACES.fullmatch(left[0]) or _CUE.fullmatch(left[0])):
        left = left[1:]
    return len(left) >= least and not any(_PLACES.fullmatch(word) for word in left)
