"""Shows a text as Mastodon does, which mastodon_mock does not: escaped, in paragraphs, links and mentions in spans."""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])|(?<![=/\w])@(?P<user>\w+)(?:@[\w.-]*\w)?|#(?P<tag>\w+)"
)
_LINK_SHOWN = 30
_PREFIX = re.compile(r"https?://(?:www\.)?")


def shown(text: str) -> str:
    """A status's content as app/lib/text_formatter.rb of Mastodon's source makes it (simple_format of Rails for
    paragraphs and lines). Every mention is shown as one that the server knows."""
    pieces, last = [], 0
    for found in _ENTITY.finditer(text):
        pieces += [html.escape(text[last : found.start()]), _entity(found)]
        last = found.end()
    whole = "".join([*pieces, html.escape(text[last:])])
    paragraphs = re.split(r"\n\n+", re.sub(r"\r\n?", "\n", whole))
    return "".join(f"<p>{part.replace(chr(10), '<br />')}</p>" for part in paragraphs)


def _entity(found: re.Match[str]) -> str:
    if found["url"]:
        return _link(found["url"])
    if found["user"]:
        here = f'<a href="https://social.example/@{found["user"]}" class="u-url mention">'
        return f'<span class="h-card" translate="no">{here}@<span>{html.escape(found["user"])}</span></a></span>'
    here = '<a href="https://social.example/tags/x" class="mention hashtag" rel="tag">'
    return f"{here}#<span>{html.escape(found['tag'])}</span></a>"


def _link(url: str) -> str:
    """The whole address, of which a reader sees thirty characters."""
    prefix = (_PREFIX.match(url) or [""])[0]
    seen, rest = url[len(prefix) :][:_LINK_SHOWN], url[len(prefix) :][_LINK_SHOWN:]
    spans = (("invisible", prefix), ("ellipsis" if rest else "", seen), ("invisible", rest))
    inside = "".join(f'<span class="{name}">{html.escape(piece)}</span>' for name, piece in spans)
    return f'<a href="{html.escape(url)}" target="_blank" rel="nofollow noopener" translate="no">{inside}</a>'
