"""Our CAP messages against the schema of the standard itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema

from core.render.feeds_cap import cap
from tests.render.made_up_notices import ALL, GONE, HEAD, ONE, UPDATED, words


@pytest.fixture(scope="module")
def schema(recorded: Path) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(recorded / "cap" / "cap12.xsd")


@pytest.mark.parametrize("notice", ALL, ids=lambda one: one.reference)
@pytest.mark.parametrize("demonstration", [False, True])
def test_every_message_is_valid(schema, notice, demonstration):
    schema.validate(cap(replace(HEAD, demonstration=demonstration), notice, "Example Transit").decode())


def test_whatever_a_text_holds_the_message_is_valid(schema):
    odd = words("<b>\"A\" & 'B'</b> ]]> \x00\x0b é 7号线 🚇", "BCDFG01")
    schema.validate(cap(HEAD, ONE.model_copy(update={"words": {"en": odd}}), "Example & Transit").decode())


def test_the_schema_sees_what_is_wrong(schema):
    right = cap(HEAD, UPDATED, "Example Transit").decode()
    for wrong in ("Alert", "Update", "Public", "-00:00"):
        spoilt = right.replace(wrong, "nonsense") if wrong != "Alert" else right.replace("</cap:sent>", "Z</cap:sent>")
        assert not schema.is_valid(spoilt)


def test_the_recorded_samples_are_judged_as_they_should(schema, recorded: Path):
    assert not schema.is_valid(recorded / "cap" / "invalid.cap")
    assert GONE.withdrawn
