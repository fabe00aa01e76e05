"""Brings a text as it was sent, and the HTML in which a server shows it, to one spelling, so that they can be equal."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_REMOTE_MENTION = re.compile(r"(?<![=/\w])(@\w+(?:[.-]+\w+)*)@\w+(?:[.-]+\w+)*")
_BREAKS = frozenset({"p", "br", "div", "li", "blockquote"})


class _Words(HTMLParser):
    """Keeps what a reader sees: the text, with a break where a paragraph or line begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        """Text between tags; of a link that is shown shortened its hidden pieces too, so that it is whole."""
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        del attrs
        if tag in _BREAKS:
            self.pieces.append("\n")


def words_of_html(content: str) -> str:
    """The plain spelling of a status's content. Mastodon escapes markup, wraps paragraphs in <p>, writes line ends as
    <br />, and links and mentions as <a> around spans (its app/lib/text_formatter.rb)."""
    reader = _Words()
    reader.feed(content)
    reader.close()
    return plain("".join(reader.pieces))


def plain(text: str) -> str:
    """One spelling: composed characters, single blanks, no marks that no reader sees, `@user@host` as `@user`, which is
    how a server shows a mention that it knows."""
    composed = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_REMOTE_MENTION.sub(r"\1", composed).split())
