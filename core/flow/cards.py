"""What is said of an incident by itself may bear a card of its place, drawn and kept before it is owed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.domain.deliveries import NewDelivery
from core.domain.lines import Account
from core.domain.notices import Draft, IncidentDraft, Kind, Post, PostPicture
from core.flow.knowledge import Knowledge
from core.render.card import Bullet, Card, CardNotDrawn, draw_card
from core.render.catalogue import MissingMessage
from core.render.compose_incident import NotSayable, word_card
from core.render.compose_phrases import Phrases

Keep = Callable[[bytes], str]
"""Puts a picture's bytes into the vault and gives its reference."""


def with_cards(know: Knowledge, draft: Draft, owed: Sequence[NewDelivery], keep: Keep) -> tuple[NewDelivery, ...]:
    """The deliveries, the first post of each language with a card where its account asks for one."""
    kept: dict[str, PostPicture] = {}

    def carded(one: NewDelivery) -> NewDelivery:
        account = know.accounts.get(one.key.account)
        if one.post is None or account is None:
            return one
        return one.model_copy(update={"post": post_with_card(know, draft, account, one.post, keep, kept)})

    return tuple(carded(one) for one in owed)


def post_with_card(
    know: Knowledge, draft: Draft, account: Account, post: Post, keep: Keep, kept: dict[str, PostPicture] | None = None
) -> Post:
    """The post with its card; as it is where none is asked for or can be drawn. `kept` remembers those drawn already.

    An update, an all-clear or a correction bears none: the first one stands above it.
    """
    fresh = isinstance(draft, IncidentDraft) and draft.kind is not Kind.UPDATE and draft.update == 1
    if not (account.card and fresh and post.part == 1 and post.picture is None and account.id in know.voice.pictures):
        return post
    try:
        picture = _drawn(know, draft, account, post.language, keep, {} if kept is None else kept)
    except (CardNotDrawn, NotSayable, MissingMessage):  # the card says nothing that the text does not
        return post
    return post.model_copy(update={"picture": picture})


def _drawn(
    know: Knowledge, draft: Draft, account: Account, language: str, keep: Keep, kept: dict[str, PostPicture]
) -> PostPicture:
    if not isinstance(draft, IncidentDraft):
        raise NotSayable("only an incident has a place to draw")
    phrases = Phrases(know.voice.catalogues[language], know.agency, know.voice.lines)
    title, where, when, alt = word_card(draft, phrases)
    lines = [know.lines[line] for line in draft.lines]
    bullets = tuple(Bullet(line.symbol, line.colour, line.text_colour) for line in lines)
    footer = f"@{account.handle} · {phrases.catalogue.text('mark', reference=draft.reference)}"
    shown = draw_card(Card(bullets, title, (where, when), footer))
    if shown.sha256 not in kept:
        kept[shown.sha256] = PostPicture(
            sha256=shown.sha256,
            media_type=shown.media_type,
            width=shown.width,
            height=shown.height,
            alt=alt,
            ref=keep(shown.content),
        )
    return kept[shown.sha256]
