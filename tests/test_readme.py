"""Holds the documents to the program: links, commands, options, paths, variables and examples are all there."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import yaml

from core.adapters.secrets.kept import override_name
from core.cli.app import cli
from core.domain.alerts import AlertTypes
from core.domain.columns import ColumnMap
from core.domain.lines import AccountMode
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.load import check_settings, load_settings
from core.settings.shapes import FleetFile

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
REPLAY = ROOT / "agencies" / "nyc" / "replay.lines.yaml"
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
STATUS_SAYS = {"_troubles", "_sentence"}
PLACEHOLDERS = ("COMMAND", "…")
LINE = {"name": "X train", "routes": ["X"], "colour": "#000000", "handle": "ExampleX"}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def prose(text: str) -> str:
    return FENCE.sub("", text)


def anchors(page: Path) -> set[str]:
    """The headings of a page as links write them, and the anchors that are set by hand."""
    text = page.read_text("utf-8")
    titles = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    made = {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip()) for title in titles}
    return made | set(re.findall(r'<a id="([^"]+)"', text))


def links(page: Path) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text("utf-8")))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language, without the indentation of their fence."""
    found = FENCE.findall(page.read_text("utf-8"))
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, kind, body in found if kind == language]


def commands(page: Path) -> list[list[str]]:
    """The words after every `run_fleet.py` that a reader is told to type; a line that is continued is one."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    typed = re.findall(r"`(?:python3 )?run_fleet\.py ([^`\n]+)`", prose(text))
    for _, kind, body in FENCE.findall(text):
        if kind in ("sh", "console"):
            typed += re.findall(r"^(?:.* )?(?:\S*/)?run_fleet\.py +(\S.*)$", body, re.MULTILINE)
    lines = (re.split(r" [|>] | # ", line)[0] for line in typed)
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def unknown(words: list[str]) -> Iterator[str]:
    """What of a command line the program would not know."""
    command: click.Command = cli
    ctx = click.Context(cli, info_name="run_fleet.py", help_option_names=["-h", "--help"])
    for word in words:
        if word in PLACEHOLDERS:
            return
        name = word.partition("=")[0]
        options = {opt for param in command.get_params(ctx) for opt in (*param.opts, *param.secondary_opts)}
        if word.startswith("-") and word != "-":
            if name not in options | {"--help", "-h"}:
                yield f"{command.name} has no {name}"
        elif isinstance(command, click.Group) and not word.endswith((".yaml", ".yml")):
            inner = command.get_command(ctx, word)
            if inner is None:
                yield f"there is no command {word}"
                return
            command = inner


def test_there_are_pages():
    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"} <= {page.name for page in PAGES}
    assert sum(len(commands(page)) for page in PAGES) > 30


@every_page
def test_every_link_leads_somewhere(page):
    broken = []
    for link in links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@every_page
def test_every_command_exists_with_its_options(page):
    assert {" ".join(words): found for words in commands(page) if (found := list(unknown(words)))} == {}


@pytest.mark.parametrize("line", ["fly", "status --yaml", "incident dd", "accounts connect --force x:A", "-x run"])
def test_a_command_that_is_not_there_is_seen(line):
    assert list(unknown(shlex.split(line)))


@every_page
def test_every_path_of_the_project_is_there(page):
    rooms = "agencies|benchmarks|bots|core|deploy|tests"
    named = re.findall(rf"`((?:{rooms})/[\w./*-]+)`", page.read_text("utf-8"))
    made_up = re.compile(r"NAME|LANG|/baytown/|/harbour|/morning_export|/fr\.ftl")
    assert [path for path in named if not made_up.search(path) and not list(ROOT.glob(path.rstrip("/")))] == []


@every_page
def test_every_yaml_example_would_be_taken(page):
    fleet = {"version": 1, "agency": "nyc", "lines": {"X": LINE}}
    for example in map(yaml.safe_load, blocks(page, "yaml")):
        if example.keys() <= FleetFile.model_fields.keys():
            FleetFile.model_validate(fleet | example)
        elif example.keys() <= AlertTypes.model_fields.keys():
            AlertTypes.model_validate(example)
        else:
            ColumnMap.model_validate(example)


@every_page
def test_every_variable_is_one_that_the_program_reads(page):
    code = "\n".join(
        path.read_text("utf-8") for path in [*ROOT.glob("core/**/*.py"), *ROOT.glob("tests/recorded/*.py")]
    )
    handles = ("NYPDGtrain", "examplegreen.bsky.social")
    secrets = {override_name(name) for rules in KNOWN_CHANNELS.values() for one in handles for name in rules.needs(one)}
    secrets |= {override_name(name) for name in ("source:desk_api", "pager:address", "pager:key")}
    named = set(re.findall(r"SUBWAY_FLEET_\w*[A-Z]", page.read_text("utf-8")))
    known = {name for name in named if re.search(rf"\b{name}\b", code)}
    assert named - known - secrets - {"SUBWAY_FLEET_SECRET"} == set()


def test_the_readme_opens_with_one_sentence():
    opening = (ROOT / "README.md").read_text("utf-8").split("\n\n")[1]
    assert opening.endswith(".")
    assert len(re.findall(r"[.!?](\s|$)", opening)) == 1


def test_the_readmes_two_commands_are_the_ones_that_set_themselves_up():
    first = blocks(ROOT / "README.md", "sh")[0]
    assert [line.partition(" #")[0].strip() for line in first.splitlines()] == [
        "python3 run_fleet.py demo",
        "python3 tests/run.py",
    ]
    for program in ("run_fleet.py", "tests/run.py"):
        assert re.search(r"^    ensure\(", (ROOT / program).read_text("utf-8"), re.MULTILINE)
    assert "exec python3 tests/run.py\n" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_page_is_in_the_index():
    told = {(ROOT / "docs" / link).resolve() for link in links(ROOT / "docs" / "README.md")}
    assert [
        str(page)
        for page in PAGES
        if page not in told and page.parent.name not in ("adr", "rules") and page.name != "README.md"
    ] == []


def test_the_fleet_of_recorded_records_loads_and_stays_at_home():
    assert check_settings(REPLAY, {}) == ()
    fleet = load_settings(REPLAY, {})
    assert fleet.clock == "record"
    on = {account.channel for account in fleet.accounts() if account.mode is not AccountMode.OFF}
    assert on == {"local"}


def test_the_fleet_of_recorded_records_has_the_same_lines():
    trees = [yaml.safe_load(path.read_text("utf-8"))["lines"] for path in (ROOT / "lines.yaml", REPLAY)]
    assert list(trees[0].items()) == list(trees[1].items())


def said_by_status() -> list[str]:
    """The longest fixed stretch of each sentence that `status` may open with, as its code holds it."""
    tree = ast.parse((ROOT / "core" / "flow" / "status.py").read_text("utf-8"))
    makers = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in STATUS_SAYS]
    assert len(makers) == len(STATUS_SAYS)
    sentences = [node for maker in makers for node in ast.walk(maker) if isinstance(node, ast.JoinedStr)]
    fixed = [[part.value for part in one.values if isinstance(part, ast.Constant)] for one in sentences]
    return [stretch for parts in fixed if len(stretch := max(map(str, parts), key=len).strip(" (`):;")) > 14]


def test_every_sentence_of_status_is_explained():
    page = " ".join((ROOT / "docs" / "how-to" / "when-something-is-wrong.md").read_text("utf-8").split())
    sentences = said_by_status()
    assert len(sentences) > 8
    assert [sentence for sentence in sentences if sentence not in page] == []


def test_the_service_starts_a_command_that_exists():
    unit = (ROOT / "deploy" / "subway-fleet.service").read_text("utf-8")
    started = re.findall(r"^ExecStart=\S+ \S+/run_fleet\.py (.+)$", unit, re.MULTILINE)
    assert [list(unknown(shlex.split(line))) for line in started] == [[]]
