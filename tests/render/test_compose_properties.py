"""What holds for every text, whatever the incident: it fits, bears its reference and holds no word from elsewhere."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import regex
from hypothesis import given
from hypothesis import strategies as st

from core.domain.incidents import NEVER_SAID, State
from core.domain.lines import ThreadForm
from core.domain.notices import IncidentDraft, Kind
from core.render.compose import compose
from core.render.lengths import Limit
from tests.render.voices import FLEETS, Speaks, fleet, message_source, voice_of

WORDS = regex.compile(r"\p{L}+")
KINDS = [Kind.CRIME_ALERT, Kind.ARREST, Kind.UPDATE, Kind.ALL_CLEAR, Kind.CORRECTION, Kind.WITHDRAWAL]
REFERENCE = st.text("0123456789BCDFGHJKMNPQRSTVWXYZ", min_size=7, max_size=7)
LIMITS = st.sampled_from(
    [Limit("x", 280), Limit("x", 200), Limit("graphemes", 300, 3000), Limit("mastodon", 500), Limit("characters", 5000)]
)
SPEAKS = st.builds(Speaks, limit=LIMITS, thread=st.sampled_from(ThreadForm), replies=st.booleans())


@st.composite
def drafts(draw, name):
    settings = fleet(name)
    station = draw(st.sampled_from(settings.gazetteer.stations))
    line = st.sampled_from([line.id for line in settings.lines])
    start = draw(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    span = draw(st.none() | st.integers(0, 3000))
    return IncidentDraft(
        reference=draw(REFERENCE),
        kind=draw(st.sampled_from(KINDS)),
        update=draw(st.integers(1, 12)),
        offence=draw(st.sampled_from(list(settings.offences))).words,
        state=draw(st.sampled_from([state for state in State if state not in NEVER_SAID])),
        station_name=draw(st.sampled_from([station.name, None])),
        area=draw(st.sampled_from([settings.agency.areas.get((station.area or "").upper()), None])),
        lines=draw(st.just(station.lines) | st.lists(line, min_size=1, max_size=5, unique=True).map(tuple)),
        train=draw(st.none() | line),
        direction=draw(st.none() | st.sampled_from(sorted(set(settings.agency.directions.values())))),
        occurred_from=start,
        occurred_to=None if span is None else start + timedelta(minutes=span),
        occurred_about=draw(st.booleans()),
    )


fleets_and_drafts = st.sampled_from(sorted(FLEETS)).flatmap(lambda name: st.tuples(st.just(name), drafts(name)))


def composed(name, draft, speaks):
    account = speaks.account(fleet(name).lines[0].id)
    (posts,) = compose(draft, [account], voice_of(name, [(account, speaks)]), 1)
    return posts.posts


def test_every_part_fits_and_bears_the_reference():
    reached: Counter[str] = Counter()

    @given(fleets_and_drafts, SPEAKS)
    def holds(case, speaks):
        name, draft = case
        posts = composed(name, draft, speaks)
        assert posts
        for post in posts:
            assert speaks.limit.fits(post.text)
            assert draft.reference in post.text
            assert " ".join(draft.reference) in post.spoken
            assert "\n" not in post.spoken
        assert len({post.text for post in posts}) == len(posts), "a platform takes no text twice"
        length = "several parts" if len(posts) > 2 else "one part"
        reached.update([name, draft.state, draft.kind, speaks.thread, length])

    holds()
    print(dict(sorted(reached.items())))
    said = {state for state in State if state not in NEVER_SAID}
    assert set(reached) == {*FLEETS, *said, *KINDS, *ThreadForm, "several parts", "one part"}


@given(fleets_and_drafts, SPEAKS)
def test_composing_is_deterministic(case, speaks):
    name, draft = case
    assert composed(name, draft, speaks) == composed(name, draft, speaks)


@given(fleets_and_drafts, SPEAKS)
def test_a_text_holds_only_words_of_the_catalogue_the_gazetteer_and_the_draft(case, speaks):
    name, draft = case
    for post in composed(name, draft, speaks):
        strange = {word.lower() for word in WORDS.findall(post.text)} - known_words(name, draft, post.language)
        assert strange == set()


def known_words(name, draft, language):
    """All words that an automatic text may hold, in lower case; the calendar's come from the catalogue's locale."""
    settings = fleet(name)
    catalogue = settings.catalogues[language]
    calendar = [catalogue.date(datetime(2026, month, month, tzinfo=UTC)) for month in range(1, 13)]
    calendar += [catalogue.date(datetime(2026, 6, day, tzinfo=UTC)) for day in range(1, 8)]
    calendar += [catalogue.time(datetime(2026, 6, 1, hour, tzinfo=UTC), "UTC") for hour in (1, 13)]
    contacts = settings.agency.contacts
    sources = [
        message_source(name, language),
        *calendar,
        *settings.agency.areas.values(),
        *(f"{line.id} {line.symbol} {line.name}" for line in settings.lines),
        f"{settings.agency.bureau} {contacts.emergency} {contacts.tips}",
        f"{draft.reference} {draft.station_name} {draft.offence[language]}",
    ]
    return {word.lower() for source in sources for word in WORDS.findall(source)}


def test_every_line_has_a_name_that_is_written_and_said_in_every_language():
    for name in FLEETS:
        settings = fleet(name)
        for language, catalogue in settings.catalogues.items():
            names = set()
            for line in settings.lines:
                draft = on_the_train(line.id)
                post = composed(name, draft, Speaks(Limit("characters", 5000), languages=(language,)))[0]
                names.add(post.text)
                assert catalogue.language == language
            assert len(names) == len(settings.lines), "two lines read alike"


def on_the_train(line):
    return IncidentDraft(
        reference="7KQ2M9X",
        kind=Kind.CRIME_ALERT,
        offence={"en": "robbery", "es": "robo"},
        state=State.REPORTED,
        station_name=None,
        area=None,
        lines=(line,),
        train=line,
        direction=None,
        occurred_from=datetime(2026, 11, 3, 18, 30, tzinfo=UTC),
        occurred_to=None,
        occurred_about=False,
    )
