"""Makes the posts of a draft for each account: its languages, its limit, its form of a thread. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from core.domain.agency import Agency
from core.domain.lines import Account, AccountId, Descriptions, Line, LineId, LinkPolicy, ThreadForm
from core.domain.notices import (
    AccountPosts,
    DigestDraft,
    Draft,
    IncidentDraft,
    PatternDraft,
    Post,
    PostPicture,
    ReplyTo,
    ServiceDraft,
    TakingBackDraft,
    WrittenDraft,
)
from core.domain.published import Words
from core.render.catalogue import Catalogue, MissingMessage
from core.render.compose_digest import word_digest
from core.render.compose_incident import word_incident
from core.render.compose_pattern import word_pattern
from core.render.compose_person import alt_of_person
from core.render.compose_phrases import Phrases, Wording
from core.render.compose_service import word_service
from core.render.compose_taking_back import word_taking_back
from core.render.compose_written import word_written
from core.render.lengths import Limit
from core.render.link_cutting import without_links
from core.render.splitting import split
from core.render.spoken import say_aloud, then


@dataclass(frozen=True, slots=True)
class Voice:
    """What composing needs beside the draft: words, names, contacts, and what each account can do."""

    catalogues: Mapping[str, Catalogue]
    lines: Mapping[LineId, Line]
    agency: Agency
    limits: Mapping[AccountId, Limit]
    replies: frozenset[AccountId]
    """Accounts that may answer their own posts."""
    pictures: frozenset[AccountId] = frozenset()
    """Accounts whose platform carries a picture with its alt text."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """The body of one part and what closes it, written and spoken."""

    body: str
    mark: str
    spoken_mark: str


def compose(draft: Draft, accounts: Sequence[Account], voice: Voice, revision: int) -> tuple[AccountPosts, ...]:
    """The posts of one revision for each account, in the accounts' order; each part bears the reference.

    An account speaks its languages one after the other. Where it may answer its own posts and is set to threads,
    each part answers the one before, and a later language's first part the first language's first part. Elsewhere
    the parts are numbered, or there is one short post, as the account says.
    Raises MissingMessage (a language without catalogue or words), NotSayable (a state about which nothing is said)
    and LimitTooSmallError (a limit in which not even the reference finds room).
    """
    return tuple(
        AccountPosts(account=account.id, posts=_posts(draft, account, voice, revision)) for account in accounts
    )


def compose_whole(draft: Draft, language: str, voice: Voice) -> Words:
    """What a draft says in one language where no platform counts, for systems that take it over: the heading alone,
    and all of it with its reference. Raises MissingMessage, NotSayable."""
    catalogue = voice.catalogues.get(language)
    if catalogue is None:
        raise MissingMessage("locale", language)
    phrases = Phrases(catalogue, voice.agency, voice.lines)
    wording, mark, words = _word(draft, phrases), _mark(draft, phrases), catalogue.table("spoken-words")
    header, text = wording.sentences[0], f"{wording.joiner.join(wording.sentences)}\n{mark}"
    aloud = [say_aloud(said, phrases.known, words) for said in (header, *wording.sentences[1:], mark)]
    spoken = aloud[0]
    for one in aloud[1:]:
        spoken = then(spoken, one)
    return Words(header=header, text=text, spoken_header=aloud[0], spoken_text=spoken)


def _posts(draft: Draft, account: Account, voice: Voice, revision: int) -> tuple[Post, ...]:
    threads = account.thread is ThreadForm.THREAD and account.id in voice.replies
    first_language = account.languages[0]
    if isinstance(draft, ServiceDraft) and account.links is LinkPolicy.DROP:
        draft = without_links(draft)
    if isinstance(draft, ServiceDraft) and account.descriptions is Descriptions.LEAVE_OUT:
        draft = draft.model_copy(update={"description": {}})
    posts: list[Post] = []
    for language in account.languages:
        for part, (text, spoken) in enumerate(_parts(draft, account, voice, language), start=1):
            answers = None
            if threads and part > 1:
                answers = ReplyTo(revision=revision, language=language, part=part - 1)
            elif threads and language != first_language:
                answers = ReplyTo(revision=revision, language=first_language, part=1)
            picture = _picture(draft, account, voice, language) if part == 1 else None
            posts.append(
                Post(language=language, part=part, text=text, spoken=spoken, reply_to=answers, picture=picture)
            )
    return tuple(posts)


def _picture(draft: Draft, account: Account, voice: Voice, language: str) -> PostPicture | None:
    """The draft's picture with its alt text, where the account's platform carries pictures."""
    person = draft.person if isinstance(draft, IncidentDraft) else None
    if not isinstance(draft, IncidentDraft) or person is None or person.picture is None:
        return None
    if account.id not in voice.pictures:
        return None
    shown = person.picture.model_dump(include={"ref", "sha256", "media_type", "width", "height"})
    return PostPicture(
        **shown, alt=alt_of_person(draft, Phrases(voice.catalogues[language], voice.agency, voice.lines))
    )


def _parts(draft: Draft, account: Account, voice: Voice, language: str) -> list[tuple[str, str]]:
    """Text and spoken form of each part in one language."""
    catalogue = voice.catalogues.get(language)
    if catalogue is None:
        raise MissingMessage("locale", language)
    phrases = Phrases(catalogue, voice.agency, voice.lines)
    wording = _word(draft, phrases)
    mark = _mark(draft, phrases)
    limit = voice.limits[account.id]
    pieces = _one_piece(wording, mark, limit) if account.thread is ThreadForm.SHORT else []
    words = catalogue.table("spoken-words")
    return [
        (
            piece.body + piece.mark,
            then(say_aloud(piece.body, phrases.known, words), say_aloud(piece.spoken_mark, phrases.known, words)),
        )
        for piece in pieces or _pieces(wording, mark, limit, catalogue)
    ]


def _word(draft: Draft, phrases: Phrases) -> Wording:
    match draft:
        case IncidentDraft():
            return word_incident(draft, phrases)
        case ServiceDraft():
            return word_service(draft, phrases)
        case DigestDraft():
            return word_digest(draft, phrases)
        case PatternDraft():
            return word_pattern(draft, phrases)
        case TakingBackDraft():
            return word_taking_back(draft, phrases)
        case WrittenDraft():
            return word_written(draft, phrases)
        case _:
            assert_never(draft)


def _mark(draft: Draft, phrases: Phrases) -> str:
    """The reference, by which riders and look-ups find the notice, and which update this is."""
    reference = phrases.reference(draft.reference)
    if draft.update > 1:
        return phrases.catalogue.text("mark-update", reference=reference, update=draft.update)
    return phrases.catalogue.text("mark", reference=reference)


def _pieces(wording: Wording, mark: str, limit: Limit, catalogue: Catalogue) -> list[_Piece]:
    """One piece where it all fits, else as many as it takes, each with the reference and its number."""
    whole = wording.joiner.join(wording.sentences)
    if limit.fits(f"{whole}\n{mark}"):
        return [_Piece(whole, f"\n{mark}", mark)]

    def numbered(message_id: str, part: int, total: int) -> str:
        return catalogue.text(message_id, mark=mark, part=part, total=total)

    def suffix(part: int, total: int) -> str:
        return "\n" + numbered("mark-part", part, total)

    texts = split(wording.sentences, limit, suffix, joiner=wording.joiner)
    total = len(texts)
    if total == 1:  # it fits, but not beside its reference: under a limit just too small for it, it is divided
        texts = split(wording.sentences, replace(limit, maximum=limit.length(whole) - 1), suffix, joiner=wording.joiner)
        total = len(texts)
    return [
        _Piece(text.removesuffix(suffix(part, total)), suffix(part, total), numbered("mark-part-spoken", part, total))
        for part, text in enumerate(texts, start=1)
    ]


def _one_piece(wording: Wording, mark: str, limit: Limit) -> list[_Piece]:
    """The fullest form that fits one post; none where even the shortest is too long and can't be cut."""
    closing = f"\n{mark}"
    for body in (wording.joiner.join(wording.sentences), *wording.brief):
        if limit.fits(body + closing):
            return [_Piece(body, closing, mark)]
    if not wording.may_cut:
        return []
    cut = split((wording.brief[-1], mark), limit, lambda _part, _total: f"…{closing}")[0]
    return [_Piece(cut.removesuffix(closing), closing, mark)]
