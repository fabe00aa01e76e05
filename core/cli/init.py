"""`init`: a fleet for another agency, from its static GTFS."""

from __future__ import annotations

from pathlib import Path

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.settings.mistakes import SettingsWrong
from core.settings.new_fleet import Wanted, check_wanted, make_fleet
from core.settings.new_lines import NewNetwork


@click.command(short_help="Make a fleet for another agency from its static GTFS.")
@click.option("--gtfs", required=True, metavar="FILE|URL", help="The agency's static GTFS zip, or its https address.")
@click.option(
    "--region", "pack", default="strict", show_default=True, metavar="PACK", help="Policy pack to start from."
)
@click.option("--name", required=True, help="Short name of the agency: its folder, and how each handle begins.")
@click.option("--into", type=click.Path(path_type=Path), help="The new folder. Default: NAME here.")
@click.option("--language", "languages", multiple=True, help="Language to begin with; again for more. Default: en, es.")
@click.option("--noun", help="What riders call a line (line, train, tram …). Default: as most of its names say.")
@click.option("--bureau", help="The police bureau's short name. Default: one to fill in.")
@click.option("--emergency", help="The number to call in an emergency. Default: one to fill in.")
@click.option("--tips", help="The bureau's tips line. Default: one to fill in.")
@json_option
@pass_session
def init(
    session: Session,
    gtfs: str,
    pack: str,
    name: str,
    into: Path | None,
    languages: tuple[str, ...],
    noun: str | None,
    bureau: str | None,
    emergency: str | None,
    tips: str | None,
    as_json: bool,
) -> int:
    """Make a fleet for another agency: a commented lines.yaml, its agencies/NAME folder with stations, lines, words and
    a demonstration at its own stations, and a checklist of what takes days. Every account on a platform is in practice:
    nothing is sent. A folder that is there is never touched.

    \b
    Examples:
      run_fleet.py init --gtfs gtfs.zip --region strict --name baytown
      run_fleet.py init --gtfs https://transit.example/gtfs.zip --name baytown --into fleets/baytown
    """
    folder = into or Path(name)
    source = f"static GTFS: {gtfs.split('?')[0] if '://' in gtfs else Path(gtfs).name}"
    wanted = Wanted(name, pack, source, languages or ("en", "es"), noun, bureau, emergency, tips)
    try:
        check_wanted(wanted, folder)
        made = make_fleet(session.workshop.publication(gtfs), wanted, folder)
    except ValueError as refused:
        raise Trouble(str(refused), WRONG) from refused
    mistakes = session.workshop.mistakes(folder / "lines.yaml")
    if mistakes:
        raise SettingsWrong(mistakes)
    if as_json:
        print_json({"folder": str(folder), **made.model_dump(exclude={"stations"}), "stations": len(made.stations)})
    else:
        _say(made, folder)
    return 0


def _say(made: NewNetwork, folder: Path) -> None:
    areas = sorted({station.area for station in made.stations if station.area})
    where = f"in {len(areas)} areas" if areas else "no areas"
    say(f"{made.agency}: {len(made.lines)} lines, {len(made.stations)} stations, {where}.", bold=True)
    for line in made.lines:
        say(f"  {line.symbol:<4} {line.name:<30} @{line.handle:<16} routes {' '.join(line.routes)}")
    if made.unserved:
        say(f"Left out, since nothing of it stops anywhere: {', '.join(made.unserved)}.")
    say(f"Written to {folder}; `check` finds no mistake in it. Every account is in practice: nothing is sent.")
    say(f"  run_fleet.py -c {folder / 'lines.yaml'} demo")
    say(f"  {folder / 'CHECKLIST.md'}: what to fill in, and what takes days")
