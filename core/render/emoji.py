"""Recognises the emoji that X draws as one picture and therefore counts as one character of double weight.

Facts: Unicode's lists of emoji sequences (UTS #51), read November 2026. A joined sequence that is not
among them is drawn as its parts, and its parts are what is counted.
"""

from __future__ import annotations

from functools import cache

import regex

# Regional indicators: first letter → the second letters that make a flag with it.
_FLAGS = {
    "A": "CDEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNOPRUVWXYZ",
    "D": "EGJKMOZ",
    "E": "ACEGHRSTU",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "CDELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "ACDFGHJKLMNORTVWZ",
    "U": "AGMNSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "X": "K",
    "Y": "ET",
    "Z": "AMW",
}
_JOIN = "\u200d"
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_TONE = f"(?:{_SKIN}|\ufe0f)?"
_ADULT = "[👨👩🧑]"
_ROLE = "[🌾🍳🍼🎄🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦼🦽🩰]|[⚕⚖✈]\ufe0f?|[🦰🦱🦲🦳]"
_FACING = f"(?:{_JOIN}➡\ufe0f?)?"
_JOINED = (
    f"{_ADULT}{_JOIN}(?:{_ADULT}{_JOIN})?[👦👧🧒](?:{_JOIN}[👦👧🧒])?",  # families
    f"{_ADULT}{_SKIN}?{_JOIN}❤\ufe0f?{_JOIN}(?:💋{_JOIN})?{_ADULT}{_SKIN}?",  # couples
    f"{_ADULT}{_SKIN}?{_JOIN}🤝{_JOIN}{_ADULT}{_SKIN}?",
    f"🫱{_SKIN}{_JOIN}🫲{_SKIN}",
    f"{_ADULT}{_SKIN}?{_JOIN}(?:{_ROLE}){_FACING}",
    rf"[\p{{Emoji_Modifier_Base}}👯🤼🧞🧟]{_TONE}{_JOIN}[♀♂]\ufe0f?{_FACING}",
    f"[🚶🏃🧎]{_SKIN}?{_FACING}",
    f"🏳\ufe0f?{_JOIN}🌈|🏳\ufe0f?{_JOIN}⚧\ufe0f?|🏴{_JOIN}☠\ufe0f?|👁\ufe0f?{_JOIN}🗨\ufe0f?",
    f"🐕{_JOIN}🦺|🐈{_JOIN}⬛|🐻{_JOIN}❄\ufe0f?|🐦{_JOIN}[⬛🔥]|🍋{_JOIN}🟩|🍄{_JOIN}🟫|⛓\ufe0f?{_JOIN}💥",
    f"❤\ufe0f?{_JOIN}[🔥🩹]|😮{_JOIN}💨|😵{_JOIN}💫|😶{_JOIN}🌫\ufe0f?|🙂{_JOIN}[↔↕]\ufe0f?",
)
_TAGGED_REGIONS = ("gbeng", "gbsct", "gbwls")
_SINGLE = (
    "[#*0-9]\ufe0f?\u20e3",
    rf"\p{{Emoji_Modifier_Base}}{_SKIN}",
    "[©®]\ufe0f",  # plain letters until the selector asks for a picture
    r"\p{Emoji_Presentation}",  # a selector after one of these is counted by itself
    r"[\p{Emoji}--\p{Emoji_Presentation}--[#*0-9©®]](?:" + "\ufe0f|(?!\ufe0e))",
)


@cache
def emoji_pattern() -> regex.Pattern[str]:
    """Return a pattern that matches one drawn emoji, the longest sequence first."""
    flags = (f"{_indicators(first)}[{_indicators(seconds)}]" for first, seconds in _FLAGS.items())
    regions = ("🏴" + _tags(region) + "\U000e007f" for region in _TAGGED_REGIONS)
    return regex.compile("|".join((*regions, *_JOINED, *flags, *_SINGLE)), regex.VERSION1)


def _indicators(letters: str) -> str:
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in letters)


def _tags(letters: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in letters)
