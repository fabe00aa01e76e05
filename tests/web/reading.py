"""Reads a page as its source: elements, what they hold, and the colours of a style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Element:
    """One element with its attributes, children and text."""

    def __init__(self, name: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.name, self.attributes, self.parent = name, attributes, parent
        self.children: list[Element | str] = []

    def all(self, name: str | None = None, /, **attributes: str) -> list[Element]:
        """Every element inside (class_ stands for class)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            one
            for one in self.inside()
            if (name is None or one.name == name) and all(one.holds(key, value) for key, value in wanted.items())
        ]

    def one(self, name: str | None = None, /, **attributes: str) -> Element:
        """The only such element."""
        (found,) = self.all(name, **attributes)
        return found

    def holds(self, key: str, value: str) -> bool:
        here = self.attributes.get(key)
        return here is not None and (value in here.split() if key == "class" else here == value)

    def inside(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.inside()

    def above(self) -> Iterator[Element]:
        if self.parent is not None:
            yield self.parent
            yield from self.parent.above()

    @property
    def text(self) -> str:
        """All text inside, its white space made single."""
        return " ".join(self._raw().split())

    def heard(self) -> str:
        """What a screen reader says: nothing that is hidden from it."""
        if self.attributes.get("aria-hidden") == "true":
            return ""
        parts = (child if isinstance(child, str) else child.heard() for child in self.children)
        return " ".join("".join(parts).split())

    def _raw(self) -> str:
        return "".join(child if isinstance(child, str) else child._raw() for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = self.here = Element("page", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.name == tag, f"</{tag}> closes <{self.here.name}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(html: str) -> Element:
    """The page as a tree. An element that is closed out of order, or not at all, fails the test."""
    reader = _Reader()
    reader.feed(html)
    assert reader.here is reader.top, f"<{reader.here.name}> is never closed"
    return reader.top


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#RRGGBB), by WCAG 2.1's definition."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def palettes(css: str) -> list[dict[str, str]]:
    """The named colours of a style sheet, one table for each :root."""
    roots = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", root)) for root in roots]
