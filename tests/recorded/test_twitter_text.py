"""X's own conformance cases for links and weights, every one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.render.links import find_links
from core.render.x_weight import V1, V2, V3, WeightRules, is_acceptable, weigh

FOLDER = Path("social") / "twitter_text"
WEIGHED = {
    "tweets": V1,
    "WeightedTweetsCounterTest": V2,
    "WeightedTweetsWithDiscountedEmojiCounterTest": V3,
    "UnicodeDirectionalMarkerCounterTest": V3,
}
LINKED = ("urls", "urls_with_indices", "urls_with_directional_markers", "tco_urls_with_params")


def _cases(recorded: Path, file: str, name: str) -> list[dict[str, Any]]:
    text = (recorded / FOLDER / file).read_text(encoding="utf-8")
    cases: list[dict[str, Any]] = yaml.safe_load(text)["tests"][name]
    assert cases
    return cases


@pytest.mark.parametrize(("version", "rules"), [(1, V1), (2, V2), (3, V3)])
def test_the_rules_are_the_published_configuration(recorded: Path, version: int, rules: WeightRules):
    published = json.loads((recorded / FOLDER / f"config_v{version}.json").read_text(encoding="utf-8"))
    scale = published["scale"]
    assert rules.maximum == published["maxWeightedTweetLength"]
    assert rules.other == published["defaultWeight"] / scale
    assert rules.link == published["transformedURLLength"]
    assert rules.emoji_as_one is published.get("emojiParsingEnabled", False)
    light = {(span["start"], span["end"]) for span in published["ranges"]}
    assert set(rules.light_ranges) == light
    assert {span["weight"] / scale for span in published["ranges"]} <= {1}


@pytest.mark.parametrize(("name", "rules"), WEIGHED.items())
def test_every_text_weighs_what_x_says(recorded: Path, name: str, rules: WeightRules):
    cases = _cases(recorded, "validate.dev.yml", name)
    failed = [case["description"] for case in cases if _weighed(case, rules) != _expected_weight(case)]
    print(f"{name}: {len(cases) - len(failed)} of {len(cases)}")
    assert failed == []


def _weighed(case: dict[str, Any], rules: WeightRules) -> tuple[bool, int | None, int | None]:
    acceptable, weight = is_acceptable(case["text"], rules), weigh(case["text"], rules)
    if isinstance(case["expected"], bool):
        return acceptable, None, None
    return acceptable, weight, weight * 1000 // rules.maximum


def _expected_weight(case: dict[str, Any]) -> tuple[bool, int | None, int | None]:
    expected = case["expected"]
    if isinstance(expected, bool):
        return expected, None, None
    return expected["valid"], expected["weightedLength"], expected["permillage"]


@pytest.mark.parametrize("name", LINKED)
def test_every_link_stands_where_x_finds_it(recorded: Path, name: str):
    cases = _cases(recorded, "extract.dev.yml", name)
    failed = [case["description"] for case in cases if not _same_links(case)]
    print(f"{name}: {len(cases) - len(failed)} of {len(cases)}")
    assert failed == []


def _same_links(case: dict[str, Any]) -> bool:
    text, expected = case["text"], case["expected"]
    links = find_links(text)
    if any(isinstance(link, dict) for link in expected):
        found = [{"url": text[link.start : link.end], "indices": [link.start, link.end]} for link in links]
        return bool(found == expected)
    return bool([text[link.start : link.end] for link in links] == expected)
