"""The shipped fleet, its lines and handles as lines.yaml has them, live on the tests' X and reading one feed file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from core.settings.catalogue_files import sign_catalogue
from core.settings.load import load_settings
from tests.fakes.example_fleet import READER, SIGNER
from tests.fakes.x_server import XServer

ROOT = Path(__file__).resolve().parents[2]
FEED = "alerts.feed"
BRAKES = {"posts_per_hour": 100_000, "fleet_posts_per_hour": 100_000, "failures_before_rest": 1000}
"""Proven elsewhere."""


@dataclass(frozen=True)
class FleetOnX:
    """Where its lines.yaml is, what it says, and its environment."""

    config: Path
    lines: dict[str, dict[str, Any]]
    environ: dict[str, str]

    @property
    def feed(self) -> Path:
        """The file that it reads."""
        return self.config.with_name(FEED)


def shipped_fleet_on(folder: Path, x: XServer, agency_ids: list[str]) -> FleetOnX:
    """Its lines.yaml with another source and English alone; links of the agency stay, so that its words are whole."""
    written: dict[str, Any] = yaml.safe_load((ROOT / "lines.yaml").read_text("utf-8"))
    shutil.copytree(ROOT / "agencies" / written["agency"], folder / "agencies" / written["agency"])
    source = {"name": "alerts", "kind": "gtfs_realtime", "path": FEED, "agency_ids": agency_ids}
    written |= {
        "pages": {"port": 0},
        "channels": {"x": {"limit": 280, "base_url": x.url, "answer_limit": "5s", "connect_limit": "5s"}},
        "delivery": {"lease_seconds": 30, "grace_seconds": 30, **BRAKES},
        "defaults": {
            "languages": ["en"],
            "accounts": {"local": {"mode": "live"}, "x": {"mode": "live", "links": "keep"}},
        },
        "sources": [{**source, "from": "start", "gone_after": "1s"}],
    }
    config = folder / "lines.yaml"
    config.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    sign_catalogue(SIGNER, load_settings(config, {}), "en", READER, date(2030, 1, 1))
    environ = {
        "SUBWAY_FLEET_SECRET_X_APP_KEY": x.consumer_key,
        "SUBWAY_FLEET_SECRET_X_APP_SECRET": x.consumer_secret,
        "SUBWAY_FLEET_STATE": str(folder / "state"),
    }
    for line in written["lines"].values():
        account = x.add_account(line["handle"])
        environ[f"SUBWAY_FLEET_SECRET_X_{line['handle'].upper()}_TOKEN"] = account.token
        environ[f"SUBWAY_FLEET_SECRET_X_{line['handle'].upper()}_TOKEN_SECRET"] = account.secret
    return FleetOnX(config, written["lines"], environ)
