"""Holds that a dataset on an open-data site is read in order of change, from wherever a pass stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.adapters.http import Pace
from core.adapters.sources.socrata import SocrataSource
from core.settings.columns_file import load_columns
from tests.fakes.http_records import RecordServer, serving
from tests.fakes.one_pass import pull, record

BUREAU = load_columns(Path(__file__).parents[2] / "agencies/example/columns/bureau.yaml")
TOKEN = "made-up-token-1234"


def changed(number: int, minute: int) -> dict[str, object]:
    row = {key: value for key, value in record(number).items() if key != "changed"}
    return {**row, ":id": f"row-{number:04}", ":updated_at": f"2026-11-02T09:{minute:02}:00.000Z"}


@pytest.fixture
def dataset():
    with serving(manner="socrata", records=[changed(number, 1 + number // 4) for number in range(1, 8)]) as running:
        yield running


def socrata(server: RecordServer, **more: Any) -> SocrataSource:
    site = server.url.removesuffix("/records")
    return SocrataSource(
        "open", site, "abcd-1234", BUREAU, "UTC", page_size=2, pace=Pace(sleep=lambda seconds: None), **more
    )


def test_a_dataset_is_read_in_order_of_change(dataset):
    got, cursor, _ = pull(socrata(dataset))
    assert got == [f"EX-{number}" for number in range(1, 8)]
    assert dataset.asked[0].path == "/resource/abcd-1234.json"
    dataset.records.append(changed(2, 30))
    assert pull(socrata(dataset), cursor)[0] == ["EX-2"]


def test_a_broken_pass_over_a_dataset_goes_on_behind_the_last_row(dataset):
    whole = [f"EX-{number}" for number in range(1, 8)]
    for good in range(4):
        dataset.faults = [*[""] * good, "404"]
        got, cursor, trouble = pull(socrata(dataset))
        assert (got, "answers 404" in str(trouble)) == (whole[: good * 2], True)
        dataset.faults = []
        assert pull(socrata(dataset), cursor)[0] == whole[good * 2 :]


def test_a_dataset_counts_by_itself(dataset):
    count, cursor = socrata(dataset).count_only(None)
    assert (count, len(dataset.asked)) == (7, 1)
    assert pull(socrata(dataset), cursor)[0] == []
    assert socrata(dataset).count_only(cursor) == (0, cursor)


def test_the_condition_and_the_token_reach_the_site(dataset):
    pull(socrata(dataset, where="district = '4'", app_token=TOKEN), '{"updated":"2026-11-02T09:01:00.000Z"}')
    assert dataset.asked[0].params["$where"] == "(district = '4') AND (:updated_at > '2026-11-02T09:01:00.000Z')"
    assert dataset.asked[0].headers["x-app-token"] == TOKEN


@pytest.mark.parametrize(
    ("always", "says"),
    [
        ('json [{"number": "1"}]', "without their time of change"),
        ("same-page", "gives the same page again"),
        ('json {"error": true}', "without a list"),
    ],
)
def test_a_dataset_that_answers_oddly_is_told(dataset, always, says):
    dataset.always = always
    if always == "same-page":
        dataset.always = (
            'json [{":updated_at": "2026-11-02T09:01:00.000Z"}, {":updated_at": "2026-11-02T09:01:00.000Z"}]'
        )
    assert says in str(pull(socrata(dataset))[2])


@pytest.mark.parametrize("cursor", ["{", '{"files": {}}', '{"updated": "x\' OR 1=1 --"}'])
def test_a_cursor_of_another_kind_is_told(dataset, cursor):
    assert "kept cursor" in str(pull(socrata(dataset), cursor)[2])
    assert dataset.asked == []


def test_a_dataset_id_of_another_form_is_refused():
    with pytest.raises(ValueError):
        SocrataSource("open", "https://site.example", "../../x", BUREAU, "UTC")
