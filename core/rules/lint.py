"""Reads every final text once more before it is owed or shown for approval: what may stand in no post. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex

from core.domain.agency import Agency
from core.domain.incidents import State
from core.domain.lines import Line
from core.domain.notices import Post
from core.rules.rule import OWN, READ

_TLD = "app|biz|co|com|de|edu|es|eu|gov|info|int|io|ly|me|mil|net|org|ru|tv|uk|us|xyz"
_LINK = regex.compile(rf"(?i)https?://([^\s/:?#]+)[^\s]*|(?<![@\w.])((?:[a-z0-9-]{{2,}}\.)+(?:{_TLD}))(?![\w.-])")
_HASHTAG = regex.compile(r"(?<![\w&/])[#＃](\w*\p{L}\w*)")
_TELEPHONE = regex.compile(
    r"(?<![\w.-])(?:\+\d[\d ().-]{6,16}\d|\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}|\d{3}-\d{4}|\d{3}-\d{3}-[A-Z]{4}"
    r"|\d{3}-[A-Z0-9]{3}-[A-Z0-9]{4}|\d{10,11})(?![\w-])"
)
_PLATE = regex.compile(r"(?<![\w-])(?:[A-Z]{2,3}-?\d{3,4}|\d{3,4}-?[A-Z]{2,3}|[A-Z]{3}-?\d{2}[A-Z]{1,2})(?![\w-])")
_PLATE_CUE = regex.compile(
    r"(?i)\b(?:plates?|licen[cs]e plates?|matr[ií]culas?|placas?)\b[:\s#]+([A-Z0-9-]*\d[A-Z0-9-]*)"
)
_HTML = regex.compile(r"<\s*/?\s*[a-zA-Z!][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)?")
_TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_OTHER_LETTERS = regex.compile(r"[\p{Cyrillic}\p{Greek}\p{Cherokee}\p{Armenian}]")
_LATIN = regex.compile(r"\p{Latin}")
_UNSEEN = regex.compile(r"[\p{Cf}\u115F\u1160\u3164\u034F]")
_JOINERS = "\u200c\u200d"
_RTL_MARKS = "\u200e\u200f\u061c"
_ORDINALS = "ªº"
_ALIKE = str.maketrans(
    "аеорсухіѕјһԁԛԝАВЕКМНОРСТХІЅЈαονρτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxisjhdqwABEKMHOPCTXISJaovptuABEZHIKMNOPTYX"
)
"""Letters of other scripts that look like Latin ones (a closed list out of Unicode's confusables)."""
LONGEST_CAPITALS = 4


@dataclass(frozen=True)
class LintTerms:
    """What a text may hold of what is else forbidden. Words are compared without case."""

    numbers: tuple[str, ...] = ()
    """Telephone and text numbers, as they are written."""
    links: frozenset[str] = frozenset()
    """Hosts, with all below them."""
    hashtags: frozenset[str] = frozenset()
    capitals: frozenset[str] = frozenset()
    """Words in capitals that don't shout: names of bureau and agency, symbols of lines, known abbreviations."""
    claims: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """Language → word that accuses → states of a record in which it is true; empty: never."""
    own: tuple[str, ...] = ()
    """What this very notice holds by right: its reference, a name or case that is to be approved, the presumption."""


@dataclass(frozen=True)
class Finding:
    """A rule, and the words that it found. The words may name somebody: they are shown, and kept nowhere."""

    rule: str
    words: str
    language: str
    part: int


@dataclass(frozen=True)
class LintRule:
    """One thing that stands in no post."""

    find: Callable[[str, str, State | None, LintTerms], Iterator[str]]
    source: str = OWN
    read_on: str = READ
    looks_at: tuple[str, ...] = ("text",)
    pack: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name."""
        return self.find.__name__.replace("_", "-")

    @property
    def summary(self) -> str:
        """What it says, in one sentence."""
        return " ".join((self.find.__doc__ or "").split())


def lint_hashtag(text: str, _language: str, _state: State | None, terms: LintTerms) -> Iterator[str]:
    """A hashtag that is not on the agency's list: a crowd can turn it against its author."""
    yield from (f"#{tag}" for tag in _HASHTAG.findall(text) if tag.casefold() not in terms.hashtags)


def lint_link(text: str, _language: str, _state: State | None, terms: LintTerms) -> Iterator[str]:
    """A link to a host that is not on the list of whoever speaks."""
    for found in _LINK.finditer(text):
        host = (found[1] or found[2]).casefold().rstrip(".").rpartition("@")[2]
        if not any(host == known or host.endswith(f".{known}") for known in terms.links):
            yield found[0]


def lint_number(text: str, _language: str, _state: State | None, terms: LintTerms) -> Iterator[str]:
    """A telephone number that is no contact of whoever speaks."""
    bare = _without(text, (*terms.own, *terms.numbers))
    allowed = {_digits(number) for number in terms.numbers}
    yield from (one for one in _TELEPHONE.findall(_LINK.sub(" ", bare)) if _digits(one) not in allowed)


def lint_plate(text: str, _language: str, _state: State | None, terms: LintTerms) -> Iterator[str]:
    """The number of a vehicle: it leads to its keeper, who may be nobody's offender."""
    bare = _LINK.sub(" ", _without(text, (*terms.own, *terms.numbers)))
    yield from _PLATE.findall(bare)
    yield from _PLATE_CUE.findall(bare)


def lint_shouting(text: str, _language: str, _state: State | None, terms: LintTerms) -> Iterator[str]:
    """Words in capitals that are neither a line's symbol nor a known abbreviation."""
    before = ""
    for word in _TOKEN.findall(_LINK.sub(" ", _without(text, (*terms.own, *terms.numbers)))):
        loud = len(word) > 1 and word.isalpha() and word.isupper() and word.casefold() not in terms.capitals
        if loud and (len(word) > LONGEST_CAPITALS or (before and len(before) + len(word) > LONGEST_CAPITALS)):
            yield f"{before} {word}".strip()
        before = word if loud else ""


def lint_claims(text: str, language: str, state: State | None, terms: LintTerms) -> Iterator[str]:
    """A word that accuses somebody of more than the record's state holds: suspect, perpetrator, arrested, guilty."""
    words = terms.claims.get(language, {})
    for word in _WORD.findall(folded(_without(text, terms.own))):
        if word in words and (state is None or state.value not in words[word]):
            yield word


def lint_look_alike(text: str, _language: str, _state: State | None, _terms: LintTerms) -> Iterator[str]:
    """Letters that look like others, and signs that nobody sees: words could hide from every other rule."""
    for found in _UNSEEN.finditer(text):
        if not _joins(text, found.start(), found[0]):
            yield f"U+{ord(found[0]):04X}"
    for token in _TOKEN.findall(text):
        mixed = _LATIN.search(token) and _OTHER_LETTERS.search(token)
        plain = "".join(char for char in token if char not in _ORDINALS)
        if mixed or unicodedata.normalize("NFKC", plain) != unicodedata.normalize("NFC", plain):
            yield token


def lint_html(text: str, _language: str, _state: State | None, _terms: LintTerms) -> Iterator[str]:
    """Tags and entities of a web page: somewhere a record was pasted."""
    yield from (found[0] for found in _HTML.finditer(text))


LINT_RULES: tuple[LintRule, ...] = tuple(
    LintRule(find)
    for find in (
        lint_hashtag,
        lint_link,
        lint_number,
        lint_plate,
        lint_shouting,
        lint_claims,
        lint_look_alike,
        lint_html,
    )
)


def lint_posts(posts: Sequence[Post], state: State | None, terms: LintTerms) -> tuple[Finding, ...]:
    """Everything that may not stand in these posts, alternative texts included; empty when they are clean.

    `state` is that of the record they are about; None for a digest or somebody else's words, which accuse nobody.
    """
    found: dict[Finding, None] = {}
    for post in posts:
        for text in (post.text, post.picture.alt if post.picture else ""):
            for rule in LINT_RULES:
                for words in rule.find(text, post.language, state, terms):
                    found[Finding(rule.id, words, post.language, post.part)] = None
    return tuple(found)


def folded(text: str) -> str:
    """The text as a reader sees it, for comparing: no unseen signs, no look-alikes, no accents, no capitals."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_ALIKE)
    bare = "".join(char for char in unicodedata.normalize("NFD", seen) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).casefold()


def bureau_terms(
    agency: Agency, lines: Sequence[Line], claims: Mapping[str, Mapping[str, frozenset[str]]], own_links: Sequence[str]
) -> LintTerms:
    """What every text of a bureau may hold. `own_links` are addresses of our own pages."""
    contacts = agency.contacts
    names = [agency.name, agency.bureau, agency.transit_agency, *agency.capitals]
    names += [name for line in lines for name in (line.id, line.symbol, line.name, *line.routes)]
    hosts = [found[1] for found in map(_LINK.match, own_links) if found and found[1]]
    return LintTerms(
        numbers=tuple(one for one in (contacts.emergency, contacts.tips, contacts.tips_text) if one),
        links=frozenset(host.casefold() for host in (*agency.links, *hosts)),
        hashtags=frozenset(tag.casefold() for tag in agency.hashtags),
        capitals=frozenset(word.casefold() for name in names for word in _TOKEN.findall(name)),
        claims=claims,
    )


def _without(text: str, own: Sequence[str]) -> str:
    for one in sorted((word for word in own if word), key=len, reverse=True):
        text = text.replace(one, " ")
    return text


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isalnum()).casefold()


def _joins(text: str, at: int, sign: str) -> bool:
    """True for a joiner inside an emoji or a script that needs it, and for a mark beside right-to-left letters."""
    if sign not in _JOINERS + _RTL_MARKS:
        return False
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return bool(around) and not any(char.isascii() or _LATIN.match(char) for char in around)
