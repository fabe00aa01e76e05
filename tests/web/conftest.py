"""A fleet, its pages in this process or on a port, and a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from core.web.public.app import build_app
from core.web.public.serve import PagesServer, serve_pages
from tests.web.fleet import Fleet

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path)
    yield made
    made.timeline.close()


@pytest.fixture
def pages(fleet: Fleet) -> TestClient:
    """The pages without a port; a fault in them is raised into the test."""
    return TestClient(build_app(fleet.timeline, fleet.know, demonstration=True))


@pytest.fixture
def served(fleet: Fleet) -> Iterator[PagesServer]:
    """The pages on a port of their own."""
    server = serve_pages(fleet.timeline, fleet.know, "127.0.0.1", 0, demonstration=True)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; FLEET_BROWSER says where it is."""
    path = os.environ.get("FLEET_BROWSER")
    if not path:
        why = "FLEET_BROWSER names no Chromium"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
