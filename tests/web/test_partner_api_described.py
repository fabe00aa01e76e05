"""The partner's API against its own description: many made-up calls, no fault of ours, no answer undescribed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as conforming

from tests.flow.stage import on_stage
from tests.web.test_partner_api import SLOW, Partner

SCOPES = frozenset({"lines:*", "kinds:*", "rate:99999/h"})
QUIET = settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
CHECKS: list[Any] = [
    not_a_server_error,
    conforming.status_code_conformance,
    conforming.content_type_conformance,
    conforming.response_schema_conformance,
]
ANSWERS = (200, 201, 401, 404, 422)


def operations(schema: Any) -> Iterator[Any]:
    """Each described operation; one that can't be read is a fault of the description."""
    return (found.ok() for found in schema.get_all_operations())


def test_no_call_finds_a_fault_or_an_answer_that_is_not_described(tmp_path: Path):
    reached: Counter[tuple[str, int]] = Counter()
    with on_stage(tmp_path) as stage:
        partner = Partner(stage)
        token = partner.someone("made-up-busy", SCOPES)
        made = partner.ask("POST", "/announcements", SLOW, token=token).json()["id"]
        schema = schemathesis.openapi.from_asgi("/openapi.json", partner.app)
        for operation in operations(schema):
            for mode in GenerationMode:
                _try(operation, mode, token, made, reached)
    print(dict(reached))
    assert {code for _, code in reached} >= set(ANSWERS)
    assert not [code for _, code in reached if code >= 500]


def _try(operation: Any, mode: GenerationMode, token: str, made: str, reached: Counter[tuple[str, int]]) -> None:
    """Calls of one operation: with a token and without, about what there is and what there is not."""

    def call(case: Any, held: str) -> None:
        headers = {"Authorization": f"Bearer {held}"}
        answer = case.call(headers=headers)
        reached[case.method, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS, headers=headers)

    @QUIET
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case: Any) -> None:
        call(case, token)
        call(case, "sf_none")
        if "wanted" in case.path_parameters:
            case.path_parameters["wanted"] = made
        if isinstance(case.body, dict) and mode is GenerationMode.POSITIVE:
            case.body = {**case.body, **SLOW}
        call(case, token)

    calls()
