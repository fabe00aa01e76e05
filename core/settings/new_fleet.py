"""Makes the folder of a new fleet from an agency's publication; never touches one that is there."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.domain.gazetteer import Gazetteer
from core.domain.imported import ImportedNetwork
from core.settings.gazetteer_file import About, write_other_names, write_stations
from core.settings.load import SHIPPED
from core.settings.mistakes import near
from core.settings.new_demo import new_demo
from core.settings.new_lines import NewNetwork, new_network
from core.settings.new_texts import (
    agency_yaml,
    checklist,
    columns_yaml,
    demo_yaml,
    lines_yaml,
    messages,
    offences_yaml,
)
from core.settings.schema import schema_json

TEMPLATE = SHIPPED / "example"
"""Our own made-up agency, whose words and starter tables a new fleet begins with."""
_DRAFTS = "# Who read which language's messages, and when. `run_fleet.py catalogue sign` writes here.\n"


@dataclass(frozen=True)
class Wanted:
    """What a person asks for."""

    name: str
    pack: str
    source: str
    languages: Sequence[str]
    noun: str | None = None
    bureau: str | None = None
    emergency: str | None = None
    tips: str | None = None


def check_wanted(wanted: Wanted, into: Path) -> None:
    """Raise ValueError with what to write instead."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,40}", wanted.name):
        raise ValueError(f"the name {wanted.name!r} can't be a folder: small letters, digits, - and _, a letter first")
    packs = [file.stem for file in (SHIPPED / "packs").glob("*.yaml")]
    if wanted.pack not in packs:
        raise ValueError(f"there is no policy pack {wanted.pack!r}. {near(wanted.pack, packs)}")
    known = [file.stem for file in (TEMPLATE / "messages").glob("*.ftl")]
    for language in wanted.languages:
        if language not in known:
            raise ValueError(f"there are no words to begin with in {language!r}. {near(language, known)}")
    if into.exists():
        raise ValueError(f"{into} is there already, and nothing is ever written over: name a new folder")


def make_fleet(network: ImportedNetwork, wanted: Wanted, into: Path) -> NewNetwork:
    """Write the whole folder, or nothing. Raises ValueError, OSError."""
    check_wanted(wanted, into)
    if network.published is None:
        raise ValueError("the publication bears no date")
    new = new_network(network, wanted.name, wanted.noun)
    gazetteer = Gazetteer(new.stations, (), {line.id: line.routes for line in new.lines})
    about = About(agency=new.agency, source=wanted.source, date=network.published)
    into.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        _write(half, new, gazetteer, about, wanted)
        half.chmod(0o755)
        half.rename(into)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return new


def _write(folder: Path, new: NewNetwork, gazetteer: Gazetteer, about: About, wanted: Wanted) -> None:
    agency = folder / "agencies" / wanted.name
    languages = wanted.languages
    write_stations(agency / "gazetteer", about, new.stations)
    write_other_names(agency / "gazetteer", [])
    texts = {
        folder / "lines.yaml": lines_yaml(new, wanted.name, wanted.pack, languages, wanted.source),
        folder / "lines.schema.json": schema_json(),
        folder / "CHECKLIST.md": checklist(new, wanted.name, wanted.pack, languages, wanted.source),
        agency / "agency.yaml": agency_yaml(new, wanted.bureau, {"emergency": wanted.emergency, "tips": wanted.tips}),
        agency / "offences.yaml": offences_yaml(_template("offences.yaml")),
        agency / "columns" / "bureau.yaml": columns_yaml(_template("columns/bureau.yaml")),
        agency / "demo.yaml": demo_yaml(new_demo(new, gazetteer, languages)),
        agency / "messages" / "catalogues.yaml": _DRAFTS + "".join(f"{one}:\n  status: draft\n" for one in languages),
    }
    for language in languages:
        texts[agency / "messages" / f"{language}.ftl"] = messages(_template(f"messages/{language}.ftl"), language, new)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "inbox").mkdir()


def _template(name: str) -> str:
    return (TEMPLATE / name).read_text("utf-8")
