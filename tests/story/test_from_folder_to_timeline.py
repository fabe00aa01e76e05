"""A file dropped into a watched folder becomes a post on its line's timeline, once."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.adapters.channels.local import LocalChannel
from core.adapters.clock import WallClock
from tests.fakes.example_fleet import write_fleet
from tests.story.crash import utc_now
from tests.story.driven import Driven

HEADER = "Report,Version,Call,Day,Hour,Reported day,Reported hour,Code,Offence,Stop,Towards,Scene,Status,Shift"
SOURCE = "[{name: export, kind: folder, path: inbox, pattern: '*.csv', columns: incident_export, every: 1s}]"


def a_row(number: str, stop: str, code: str = "ROB") -> str:
    at = (utc_now() - timedelta(hours=1)).astimezone(ZoneInfo("Europe/Lisbon"))
    day, hour = at.strftime("%d.%m.%Y"), at.strftime("%H:%M")
    return f"{number},1,-,{day},{hour},{day},{hour},{code},ROBBERY,{stop},outbound,platform,OPEN,late"


def standing(folder: Path, handle: str) -> list[str]:
    with closing(LocalChannel(f"sqlite:///{folder / 'state' / 'local.db'}", WallClock())) as local:
        return [post.text for thread in local.threads(handle, 100) for post in thread]


def test_a_file_in_the_folder_is_said_once(tmp_path: Path) -> None:
    driven = Driven(write_fleet(tmp_path, mode="off", languages="en, es", sources=SOURCE))
    (tmp_path / "inbox").mkdir()
    file = tmp_path / "inbox" / "morning.csv"
    file.write_text("\n".join((HEADER, a_row("EX-1", "Harbour"), a_row("EX-2", "Nowhere At All"), "")), "utf-8")
    first = driven.must("once", "--from", "start")
    assert "source export: 2 new" in first
    spanish, english = sorted(standing(tmp_path, "ExampleGreen"))
    assert english.startswith("Robbery reported at Harbour on the Green Line (outbound)")
    assert "Harbour" in spanish
    assert driven.must("once") == "source export: nothing new\n0 entries ruled, 0 digests; queue empty.\n"
    with file.open("a", encoding="utf-8") as more:
        more.write(a_row("EX-3", "Museum") + "\n")
    assert "source export: 1 new" in driven.must("once", "--quiet")
    assert len(standing(tmp_path, "ExampleGreen")) == 2
    assert len(standing(tmp_path, "ExampleBlue")) == 2
    status = driven.must("status")
    assert status.startswith("All is well: 0 posts in the queue, 1 wait for the officer")
