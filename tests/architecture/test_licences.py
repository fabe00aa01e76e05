"""Holds that a licence that would bind our users is seen, however a package declares it."""

from __future__ import annotations

from email.message import Message

import pytest

from tests.licences import MIT_BY_ITS_TEXT, declared, may_be_used


def says(**headers: str | list[str]) -> str:
    metadata = Message()
    for name, values in headers.items():
        for value in [values] if isinstance(values, str) else values:
            metadata[name.replace("_", "-")] = value
    return declared(metadata)


@pytest.mark.parametrize(
    "said",
    [
        says(License_Expression="MIT"),
        says(License_Expression="GPL-3.0-only OR MIT"),
        says(License_Expression="(Apache-2.0 AND BSD-3-Clause)"),
        says(Classifier=["License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "Topic :: Games"]),
        says(License="Apache-2.0"),
        says(License=f"Copyright\n\n{MIT_BY_ITS_TEXT} …"),
    ],
)
def test_what_binds_nobody_may_be_used(said):
    assert may_be_used(said)


@pytest.mark.parametrize(
    "said",
    [
        says(),
        says(License="see LICENSE"),
        says(License_Expression="AGPL-3.0-or-later"),
        says(License_Expression="MIT AND GPL-2.0-only"),
        says(License_Expression="(MIT OR GPL-2.0-only) AND GPL-3.0-only"),
        says(Classifier=["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]),
        says(Classifier=["License :: OSI Approved :: MIT License", "License :: Other/Proprietary License"]),
        says(Classifier=["License :: OSI Approved"]),
    ],
)
def test_what_binds_or_says_nothing_may_not(said):
    assert not may_be_used(said)
