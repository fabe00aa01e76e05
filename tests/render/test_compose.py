"""Which posts an account gets: languages, threads, numbers, short forms and what each answers."""

from datetime import UTC, date, datetime

import pytest

from core.domain.incidents import NEVER_SAID, State
from core.domain.lines import AccountId, Descriptions, LineId, LinkPolicy, ThreadForm
from core.domain.notices import DigestDraft, DigestItem, IncidentDraft, Kind, ReplyTo, ServiceDraft
from core.render.catalogue import MissingMessage
from core.render.compose import compose
from core.render.compose_incident import NotSayable
from core.render.lengths import Limit
from core.render.price import price
from core.render.splitting import LimitTooSmallError
from tests.render.voices import Speaks, fleet, voice_of

X = Limit("x", 280)
GREEN = LineId("Green")
ROBBERY = IncidentDraft(
    reference="7KQ2M9X",
    kind=Kind.CRIME_ALERT,
    offence={"en": "robbery", "es": "robo"},
    state=State.REPORTED,
    station_name="Fish Market",
    area=None,
    lines=(GREEN,),
    train=None,
    direction=None,
    occurred_from=datetime(2026, 11, 3, 18, 30, tzinfo=UTC),
    occurred_to=None,
    occurred_about=False,
)
ALERT = ServiceDraft(
    reference="R4TN8WD",
    kind=Kind.SERVICE,
    agency="Example Transit",
    header={"en": "Trains run every ten minutes"},
    description={"en": "Until the last train."},
    lines=(GREEN,),
)


def said(draft, speaks, revision=1):
    account = speaks.account(GREEN)
    (posts,) = compose(draft, [account], voice_of("example", [(account, speaks)]), revision)
    assert posts.account == account.id
    return posts.posts


def test_each_language_has_a_thread_and_the_later_one_answers_the_first():
    tight = Speaks(Limit("x", 150))
    posts = said(ROBBERY, tight, revision=4)
    assert [(post.language, post.part) for post in posts] == [("en", 1), ("en", 2), ("es", 1), ("es", 2)]
    assert [post.reply_to for post in posts] == [
        None,
        ReplyTo(revision=4, language="en", part=1),
        ReplyTo(revision=4, language="en", part=1),
        ReplyTo(revision=4, language="es", part=1),
    ]


@pytest.mark.parametrize(
    "speaks", [Speaks(Limit("x", 150), replies=False), Speaks(Limit("x", 150), ThreadForm.NUMBERED)]
)
def test_who_may_not_answer_itself_or_numbers_by_choice_answers_nothing(speaks):
    posts = said(ROBBERY, speaks)
    assert [post.text.rpartition("(")[2] for post in posts] == ["1/2)", "2/2)"] * 2
    assert {post.reply_to for post in posts} == {None}


def test_a_short_account_has_one_post_for_each_language():
    posts = said(ROBBERY, Speaks(Limit("x", 120), ThreadForm.SHORT))
    assert [(post.language, post.part, post.reply_to) for post in posts] == [("en", 1, None), ("es", 1, None)]
    assert all("7KQ2M9X" in post.text and "Fish Market" in post.text for post in posts)


def test_a_crime_is_never_cut_short_in_the_middle():
    posts = said(ROBBERY, Speaks(Limit("x", 90), ThreadForm.SHORT))
    assert len(posts) > 2
    assert not any("…" in post.text for post in posts)


def test_a_quotation_on_a_short_account_may_end_in_an_ellipsis():
    long = ALERT.model_copy(update={"header": {"en": "Trains run every ten minutes, and then some " * 6}})
    posts = said(long, Speaks(Limit("x", 120), ThreadForm.SHORT))
    assert [post.part for post in posts] == [1, 1]
    assert all("…\n" in post.text and X.fits(post.text) for post in posts)


def test_an_account_speaks_its_own_languages_only():
    assert {post.language for post in said(ROBBERY, Speaks(X, languages=("es",)))} == {"es"}


def test_two_accounts_keep_their_order_and_their_limits():
    near, wide = Speaks(Limit("x", 150)), Speaks(Limit("graphemes", 300, 3000))
    pairs = [(near.account(GREEN, 1), near), (wide.account(GREEN, 2), wide)]
    both = compose(ROBBERY, [account for account, _ in pairs], voice_of("example", pairs), 1)
    assert [posts.account for posts in both] == [account.id for account, _ in pairs]
    assert [len(posts.posts) for posts in both] == [4, 2]


def test_an_update_says_which_it_is():
    posts = said(ROBBERY.model_copy(update={"kind": Kind.UPDATE, "update": 2}), Speaks(X))
    assert [post.text.splitlines()[-1] for post in posts] == [
        "Ref 7KQ2M9X, update 2",
        "Referencia 7KQ2M9X, actualización 2",
    ]


def test_a_withdrawal_repeats_nothing_of_the_incident():
    for post in said(ROBBERY.model_copy(update={"kind": Kind.WITHDRAWAL, "state": State.SEALED}), Speaks(X)):
        assert not [word for word in ("obbery", "robo", "Fish Market", "November") if word in post.text]


@pytest.mark.parametrize("state", sorted(NEVER_SAID))
def test_nothing_is_said_in_a_state_that_makes_no_notice(state):
    with pytest.raises(NotSayable, match=state.value):
        said(ROBBERY.model_copy(update={"state": state}), Speaks(X))


@pytest.mark.parametrize("state", [State.WANTED, State.IDENTIFY, State.ARRESTED, State.CHARGED])
@pytest.mark.parametrize("form", list(ThreadForm))
def test_whoever_is_accused_is_said_to_be_presumed_innocent(state, form):
    for maximum in (160, 280, 500):
        posts = said(ROBBERY.model_copy(update={"state": state}), Speaks(Limit("x", maximum), form))
        for language, words in {"en": "presumed innocent", "es": "se presume inocente"}.items():
            text = " ".join(post.text.split("\n")[0] for post in posts if post.language == language)
            assert words in text


def test_a_reported_offence_names_nobody_as_accused():
    assert not any("innocent" in post.text or "person" in post.text for post in said(ROBBERY, Speaks(X)))


def test_an_alert_in_one_language_is_quoted_and_introduced_in_the_other():
    english, spanish = said(ALERT, Speaks(X))
    assert english.text.startswith("Example Transit: Trains run every ten minutes. Until the last train.")
    assert spanish.text.startswith("Example Transit tiene un aviso sobre la línea Verde. El original está en inglés:")
    assert "Trains run every ten minutes" in spanish.text


def test_a_line_in_brackets_is_said_by_its_symbol_and_other_tokens_stay():
    alert = ALERT.model_copy(update={"header": {"en": "[Red] and [GC] trains skip [ramp icon] this stop"}})
    assert "R and G trains skip [ramp icon] this stop" in said(alert, Speaks(X))[0].text


@pytest.mark.parametrize(
    ("agency", "rider"),
    [
        ("Southbound [Red][Blue] trains are delayed", "Southbound R B trains are delayed"),
        ("No trains to Old Mill[Red] service ends at Harbour", "No trains to Old Mill R service ends at Harbour"),
        ("Transfer between [Red][bus icon] at Harbour", "Transfer between R 🚌 at Harbour"),
        ("All [Red]s and ([Blue]) run", "All Rs and (B) run"),
        ("shuttle bus icon Free buses run", "🚌 Free buses run"),
        ("Take the [shuttle bus icon] or the bus", "Take the 🚌 or the bus"),
    ],
)
def test_signs_of_an_alert_can_be_read_wherever_they_stand(agency: str, rider: str) -> None:
    """Feeds write bullets without a blank between them, or behind a word, and leave out brackets around an icon."""
    alert = ALERT.model_copy(update={"header": {"en": agency}})
    assert rider in said(alert, Speaks(X))[0].text


def test_a_digest_goes_by_weight_and_then_by_time():
    def item(seq, weight, hour):
        return DigestItem(
            entry_seq=seq,
            reference=f"REF000{seq}",
            offence=ROBBERY.offence,
            weight=weight,
            station_name="Harbour",
            lines=(GREEN,),
            occurred_from=datetime(2026, 11, 3, hour, tzinfo=UTC),
            occurred_about=False,
        )

    items = (item(1, 10, 9), item(2, 40, 20), item(3, 40, 8))
    digest = DigestDraft(reference="D3HPVYT", line=GREEN, day=date(2026, 11, 3), items=items)
    text = said(digest, Speaks(Limit("characters", 5000)))[0].text
    assert sorted(range(1, 4), key=lambda seq: text.index(f"REF000{seq}")) == [3, 2, 1]


def test_what_a_digest_says_of_another_day_names_that_day():
    def item(seq, when, about=False):
        return DigestItem(
            entry_seq=seq,
            reference=f"REF000{seq}",
            offence=ROBBERY.offence,
            weight=10,
            station_name="Harbour",
            lines=(GREEN,),
            occurred_from=when,
            occurred_about=about,
        )

    items = (
        item(1, datetime(2026, 1, 1, 9, tzinfo=UTC)),
        item(2, datetime(2025, 12, 31, 22, 18, tzinfo=UTC)),
        item(3, datetime(2025, 12, 31, 23, tzinfo=UTC), about=True),
    )
    digest = DigestDraft(reference="D3HPVYT", line=GREEN, day=date(2026, 1, 1), items=items)
    english, spanish = (post.text for post in said(digest, Speaks(Limit("characters", 5000))))
    assert "Harbour, 9:00 AM (ref REF0001)" in english
    assert "Harbour, on Wednesday, December 31, 2025, at 10:18 PM (ref REF0002)" in english
    assert "Harbour, on Wednesday, December 31, 2025, at about 11:00 PM (ref REF0003)" in english
    assert "Harbour, el miércoles 31 de diciembre de 2025, a las 10:18 p.m. (referencia REF0002)" in spanish


def test_a_language_without_words_is_named():
    with pytest.raises(MissingMessage, match="'fr'"):
        said(ROBBERY, Speaks(X, languages=("fr",)))
    with pytest.raises(MissingMessage, match=r"words of the offence.*'es'"):
        said(ROBBERY.model_copy(update={"offence": {"en": "robbery"}}), Speaks(X))


def test_a_limit_without_room_is_refused_and_not_overrun():
    with pytest.raises(LimitTooSmallError):
        said(ROBBERY, Speaks(Limit("x", 12)))


def test_times_are_local_and_change_with_the_season():
    summer = ROBBERY.model_copy(update={"occurred_from": datetime(2026, 7, 1, 23, 30, tzinfo=UTC)})
    assert fleet("example").agency.zone == "Europe/Lisbon"
    assert "Thursday, July 2, at 12:30 AM" in said(summer, Speaks(X))[0].text


def test_posts_cost_what_the_account_pays_and_more_with_a_link():
    speaks = Speaks(X)
    account = speaks.account(GREEN).model_copy(update={"price_post": 0.015, "price_link_post": 0.2})
    plain = said(ROBBERY, speaks)
    linked = said(ALERT.model_copy(update={"description": {"en": "See example.org/lines"}}), speaks)
    assert price(account, plain) == 0.03
    assert price(account, linked) == 0.4
    assert price(account, ()) == 0


def test_an_account_that_drops_links_says_the_rest_and_another_keeps_them():
    linked = ALERT.model_copy(update={"description": {"en": "Until the last train. See example.org/lines for times."}})
    speaks = Speaks(X)
    keeps = speaks.account(GREEN)
    drops = keeps.model_copy(update={"id": AccountId("test:1"), "links": LinkPolicy.DROP})
    kept, dropped = compose(linked, [keeps, drops], voice_of("example", [(keeps, speaks), (drops, speaks)]), 1)
    assert "See example.org/lines for times." in kept.posts[0].text
    plain = said(ALERT, speaks)
    assert [(post.text, post.spoken) for post in dropped.posts] == [(post.text, post.spoken) for post in plain]


@pytest.mark.parametrize(("descriptions", "words"), [(Descriptions.THREAD, True), (Descriptions.LEAVE_OUT, False)])
def test_a_long_description_is_said_or_left_out_as_the_account_is_set(descriptions, words):
    speaks = Speaks(X, languages=("en",))
    account = speaks.account(GREEN).model_copy(update={"descriptions": descriptions})
    (posts,) = compose(ALERT, [account], voice_of("example", [(account, speaks)]), 1)
    assert ("Until the last train." in posts.posts[0].text) is words
    assert "Trains run every ten minutes" in posts.posts[0].text


def test_the_shortest_form_of_an_all_clear_still_says_that_it_is_over():
    """Cut where it must be, but never so that it reads as if it began."""
    over = ALERT.model_copy(update={"kind": Kind.ALL_CLEAR, "header": {"en": "Trains run every ten minutes " * 5}})
    (post,) = said(over, Speaks(Limit("x", 120), ThreadForm.SHORT, languages=("en",)))
    assert post.text.startswith("All clear.")
    assert "…" in post.text
