"""A text too long for one post becomes a thread in which nothing is lost and nothing a rider needs is torn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.render.lengths import Limit, graphemes
from core.render.splitting import LimitTooSmallError, Suffix, split

X = Limit("x", 280)


def numbered(part: int, parts: int) -> str:
    return f" ({part}/{parts})"


def test_a_text_that_fits_is_one_post_without_a_number():
    assert split(["Doors open.", "Trains run again."], X, numbered) == ("Doors open. Trains run again.",)
    assert split(["x" * 280], X, numbered) == ("x" * 280,)


def test_no_text_is_no_post():
    assert split([], X, numbered) == ()
    assert split(["", "  "], X, numbered) == ()


def test_a_thread_is_cut_between_sentences_even_where_a_word_more_would_fit():
    parts = split(["One two three.", "Four five six.", "Seven."], Limit("characters", 30), numbered)
    assert parts == ("One two three. (1/2)", "Four five six. Seven. (2/2)")


def test_a_sentence_longer_than_a_post_is_cut_between_words():
    parts = split(["Go.", "Walk along the platform now."], Limit("characters", 20), numbered)
    assert parts == ("Go. (1/3)", "Walk along the (2/3)", "platform now. (3/3)")


def test_chinese_is_cut_between_characters_but_no_line_begins_with_a_closing_mark():
    parts = split(
        ["請注意，警方正在尋找目擊者。"], Limit("x", 13), lambda part, parts: f"（{part}/{parts}）", joiner=""
    )
    assert parts == ("請注（1/5）", "意，警（2/5）", "方正在（3/5）", "尋找目（4/5）", "擊者。（5/5）")


def test_a_tenth_part_makes_every_number_longer_and_so_asks_for_more_parts():
    nine = split(["abc de"] * 9, Limit("characters", 12), numbered)
    assert (len(nine), nine[0], nine[8]) == (9, "abc de (1/9)", "abc de (9/9)")
    more = split(["abc de"] * 9 + ["abcd"], Limit("characters", 12), numbered)
    assert (len(more), more[0], more[18]) == (19, "abc (1/19)", "abcd (19/19)")


@pytest.mark.parametrize(
    "whole",
    [
        "https://police.example.com/notice/ABC?lang=en",
        "555-0100-TIPS",
        "(555) 010-0199",
        "+1 555 010 0199",
        "٥٥٥ ٠١٠ ٠١٩٩",
        "5550100199",
        "👨‍👩‍👧‍👦",
    ],
)
def test_what_must_stay_whole_is_said_whole_or_not_at_all(whole):
    parts = split(["Call or write", whole, "or come by now"], Limit("characters", len(whole) + 6), numbered)
    assert any(part.startswith(whole + " (") for part in parts)
    with pytest.raises(LimitTooSmallError) as refusal:
        split(["Call or write", whole], Limit("characters", len(whole) + 5), numbered)
    assert refusal.value.piece == whole


def test_a_limit_without_room_for_the_number_is_refused():
    with pytest.raises(ValueError):
        split(["Doors open."], Limit("characters", 5), numbered)


@dataclass(frozen=True)
class Tongue:
    words: str
    stop: str
    blank: str = " "


TONGUES = {
    "English": Tongue("police platform robbery train witness downtown call doors é", "."),
    "Spanish": Tongue("policía andén robo tren testigo señal llame número", "."),
    "Chinese": Tongue("警方 月台 搶劫 列車 目擊者 （示範） 下行， A線", "。", blank=""),
    "Korean": Tongue("경찰은 승강장 강도 열차 목격자 전화 문", "."),
    "Arabic": Tongue("الشُّرطة رصيف سرقة قطار شاهد اتّصل", "؟"),
    "Bengali": Tongue("পুলিশ প্ল্যাটফর্ম ছিনতাই ট্রেন সাক্ষী ক্ষতি", "।"),
    "emoji": Tongue("🚇 👮🏿‍♀️ 👨‍👩‍👧‍👦 🇺🇸 ☺️ 7️⃣ ❤️‍🔥", "❗"),
}
WHOLE = ("https://police.example.com/notice/ABC?lang=en", "555-0100-TIPS", "(555) 010-0199")
LIMITS = st.builds(
    Limit, st.sampled_from(["x", "mastodon"]), st.integers(16, 60) | st.integers(60, 160) | st.just(500)
) | st.builds(
    Limit, st.sampled_from(["graphemes", "characters"]), st.integers(16, 120) | st.just(300), st.integers(60, 3000)
)
SUFFIXES: list[Suffix] = [numbered, lambda i, n: f"（{i}/{n}）", lambda i, n: f" – parte {i} de {n}"]


@st.composite
def _sentences(draw: st.DrawFn, tongue: Tongue) -> list[str]:
    words = st.sampled_from(tongue.words.split())
    unbroken = st.lists(words, min_size=15, max_size=40).map("".join)
    if not tongue.blank:
        unbroken = st.integers(40, 200).map(lambda length: "A" * length)
    whole = st.sampled_from([f"{tongue.words[0]}{tongue.blank}{kept}{tongue.blank}{tongue.words[0]}" for kept in WHOLE])
    word = st.one_of(words, words, words, words, words, words, words, whole)
    plain = st.lists(word, min_size=1, max_size=14).map(lambda said: tongue.blank.join(said) + tongue.stop)
    sentences = draw(st.lists(plain, min_size=1, max_size=9))
    if draw(st.integers(0, 3)) == 0:
        sentences.insert(draw(st.integers(0, len(sentences))), draw(unbroken))
    return sentences


def _cuts(text: str, bodies: list[str]) -> list[tuple[int, int, int]]:
    """Return (begin, end, begin of the next) of each part but the last; fails where anything but a blank is lost."""
    places = [text.index(bodies[0])]
    cuts = []
    for body, following in pairwise(bodies):
        end = places[-1] + len(body)
        start = text.index(following, end)
        assert not text[end:start].strip()
        cuts.append((places[-1], end, start))
        places.append(start)
    assert (places[0], places[-1] + len(bodies[-1])) == (0, len(text))
    return cuts


def _kind(text: str, end: int, start: int, sentence_starts: set[int]) -> str:
    if start in sentence_starts:
        return "sentence split"
    spaced = end < start or any("\u4e00" <= beside <= "\u9fff" for beside in (text[end - 1], text[start]))
    return "word split" if spaced else "grapheme split"


@pytest.mark.parametrize("language", TONGUES)
def test_every_thread_fits_and_keeps_every_word(language):
    tongue = TONGUES[language]
    reached: Counter[str] = Counter()

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(_sentences(tongue), LIMITS, st.sampled_from(SUFFIXES))
    def holds(sentences: list[str], limit: Limit, suffix: Suffix) -> None:
        text = tongue.blank.join(sentences)
        parts = _split_or_refuse(sentences, limit, suffix, tongue.blank)
        if isinstance(parts, LimitTooSmallError):
            reached["refused"] += 1
            assert parts.piece in text
            assert not limit.fits(parts.piece + suffix(99, 99))
            return
        assert all(limit.fits(part) for part in parts)
        if len(parts) == 1:
            reached["no split"] += 1
            assert parts == (text,)
            return
        _holds_for_thread(text, sentences, tongue, parts, suffix, reached)

    holds()
    print(f"{language}: {dict(sorted(reached.items()))}")
    assert all(reached[state] for state in ("no split", "sentence split", "word split", "grapheme split", "refused")), (
        reached
    )


def _split_or_refuse(
    sentences: list[str], limit: Limit, suffix: Suffix, joiner: str
) -> tuple[str, ...] | LimitTooSmallError:
    try:
        return split(sentences, limit, suffix, joiner=joiner)
    except LimitTooSmallError as refusal:
        return refusal


def _holds_for_thread(
    text: str, sentences: list[str], tongue: Tongue, parts: tuple[str, ...], suffix: Suffix, reached: Counter[str]
) -> None:
    endings = [suffix(part, len(parts)) for part in range(1, len(parts) + 1)]
    assert all(part.endswith(ending) for part, ending in zip(parts, endings, strict=True))
    bodies = [part.removesuffix(ending) for part, ending in zip(parts, endings, strict=True)]
    sentence_starts = set(accumulate(len(sentence) + len(tongue.blank) for sentence in sentences))
    letter_ends = set(accumulate(len(letter) for letter in graphemes(text)))
    for whole in WHOLE:
        assert sum(body.count(whole) for body in bodies) == text.count(whole)
    for begin, end, start in _cuts(text, bodies):
        kind = _kind(text, end, start, sentence_starts)
        reached[kind] += 1
        assert {end, start} <= letter_ends
        if kind != "sentence split":  # the gentler cut was not possible
            assert not [place for place in sentence_starts if begin < place <= end]
        if kind == "grapheme split":
            assert not any(letter.isspace() for letter in text[begin:end]) or any(
                kept in text[begin:end] for kept in WHOLE
            )
