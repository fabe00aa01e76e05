"""Loads a fleet: lines.yaml, the agency's folder and the environment, with every mistake told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from core.domain.gazetteer import Gazetteer
from core.domain.incidents import State
from core.domain.lines import AccountMode, Line, LineId
from core.settings.account_settings import check_accounts, resolve_accounts
from core.settings.agency_settings import AgencyParts, read_parts, source_place
from core.settings.explain import read_what_fits
from core.settings.filled_in import check_filled_in
from core.settings.fleet_settings import Settings
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.line_checks import check_lines
from core.settings.mistakes import Mistake, Mistakes, SettingsWrong, near, shown
from core.settings.policy_pack import Pack, find_pack, refuse_nevers
from core.settings.shapes import FleetFile
from core.settings.source_shapes import FolderSource, GtfsRealtimeSource, SourceSpec
from core.settings.state_places import StatePlaces, check_writable, find_places
from core.settings.waits import check_waits
from core.settings.yaml_file import YamlFile, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "agencies"
"""The agencies that come with the program."""

HasSecret = Callable[[str], bool]


def load_settings(path: Path, environ: Mapping[str, str], agencies: Path | None = None) -> Settings:
    """The fleet that a lines.yaml describes. `agencies` is the folder of agencies and packs; left out, the one beside
    the file, or else the one that comes with the program. Raises SettingsWrong with every mistake."""
    mistakes = Mistakes()
    settings, _ = _load(path, environ, agencies, mistakes)
    mistakes.stop_if_any()
    if settings is None:
        raise SettingsWrong([Mistake(path, 0, 0, "can't be used", "Begin with the sample that comes with the fleet")])
    return settings


def check_settings(
    path: Path,
    environ: Mapping[str, str],
    has_secret: HasSecret | None = None,
    agencies: Path | None = None,
    secrets_at: Callable[[Path], HasSecret] | None = None,
) -> tuple[Mistake, ...]:
    """All mistakes in order of file and line, none when the fleet can start. `has_secret` tells whether a secret of
    that name is kept, `secrets_at` gives such a teller for the place that the settings name; without either,
    credentials are not checked."""
    mistakes = Mistakes()
    settings, read = _load(path, environ, agencies, mistakes)
    if settings is not None and read is not None:
        writable = check_writable(settings.state_dir, read, environ, mistakes)
        if writable and has_secret is None and secrets_at is not None:
            has_secret = secrets_at(settings.secrets_path)
    if settings is not None and read is not None and has_secret is not None:
        _check_secrets(settings, read, has_secret, mistakes)
    return SettingsWrong(mistakes.found).mistakes


def _load(
    path: Path, environ: Mapping[str, str], agencies: Path | None, mistakes: Mistakes
) -> tuple[Settings | None, YamlFile | None]:
    read = read_yaml(path, mistakes)
    if read is None:
        return None, None
    roots = [agencies] if agencies else [path.absolute().parent / "agencies", SHIPPED]
    pack = find_pack(read, roots, mistakes)
    if pack is not None:
        refuse_nevers(read, pack, mistakes)
    fleet = read_what_fits(FleetFile, read, mistakes)
    if fleet is None:
        return None, read
    check_accounts(fleet, read, mistakes)
    check_lines(fleet, read, mistakes)
    _check_sources(fleet, read, mistakes)
    places = find_places(fleet, read, environ, mistakes)
    folder = _agency_folder(fleet, read, roots, mistakes)
    if folder is None:
        return None, read
    lines = _lines(fleet)
    check_waits(fleet, read, lines, mistakes)
    parts = read_parts(folder, fleet, lines, read, mistakes)
    if parts.agency is not None:
        check_filled_in(folder / "agency.yaml", parts.agency, lines, mistakes)
    return _assemble(path, fleet, folder, pack, lines, parts, places), read


def _assemble(
    path: Path,
    fleet: FleetFile,
    folder: Path,
    pack: Pack | None,
    lines: tuple[Line, ...],
    parts: AgencyParts,
    places: StatePlaces,
) -> Settings | None:
    if parts.agency is None or parts.offences is None or parts.gazetteer is None or pack is None:
        return None
    limits: dict[str, int | str] = {str(line.id): line.daily_limit for line in lines if line.daily_limit is not None}
    limits |= {f"{line.id} agency": line.agency_share for line in lines if line.agency_share is not None}
    limits |= {f"{line.id} quiet": str(line.quiet_hours) for line in lines if line.quiet_hours is not None}
    used = {account.channel for line in lines for account in line.accounts if account.mode is not AccountMode.OFF}
    return Settings(
        path=path,
        agency=parts.agency,
        agency_folder=folder,
        clock=fleet.clock,
        state_dir=places.folder,
        store_url=places.store_url,
        keys_url=places.keys_url,
        secrets_path=places.secrets_path,
        pages=fleet.pages,
        delivery=fleet.delivery,
        spend=fleet.spend,
        policy=pack.policy(fleet.policy, limits),
        lines=lines,
        sources=tuple(_placed(source, path.absolute().parent) for source in fleet.sources),
        columns=parts.columns,
        channels={name: fleet.channel(name) for name in KNOWN_CHANNELS if name in used},
        pager=fleet.pager,
        review=fleet.review,
        silences=fleet.silences,
        api=fleet.api,
        partner=fleet.partner,
        offences=parts.offences,
        catalogues=parts.catalogues,
        gazetteer=parts.gazetteer,
        alert_types=parts.alert_types,
        alert_maps=parts.alert_maps,
        notes=_notes(parts.gazetteer, lines),
    )


def _lines(fleet: FleetFile) -> tuple[Line, ...]:
    accounts = resolve_accounts(fleet)
    return tuple(
        Line(
            id=LineId(line_id),
            name=line.name,
            routes=line.routes,
            colour=line.colour,
            text_colour=line.text_colour,
            symbol=line.symbol or line_id,
            handle=line.handle,
            accounts=accounts[line_id],
            daily_limit=line.policy.daily_limit,
            agency_share=line.policy.agency_share,
            also=fleet.defaults.also if line.also is None else line.also,
            quiet_hours=line.policy.quiet_hours,
            spoken=line.spoken,
        )
        for line_id, line in fleet.lines.items()
    )


def _placed(source: SourceSpec, beside: Path) -> SourceSpec:
    if not isinstance(source, FolderSource | GtfsRealtimeSource) or source.path is None:
        return source
    return source.model_copy(update={"path": str(beside / source.path)})


def _notes(gazetteer: Gazetteer, lines: tuple[Line, ...]) -> tuple[str, ...]:
    served = dict.fromkeys(line for station in gazetteer.stations for line in station.lines)
    unheard = [line for line in served if line not in {line.id for line in lines}]
    if not unheard:
        return ()
    return (f"No handle of this fleet speaks for {', '.join(unheard)}, which the gazetteer's stations name.",)


def _agency_folder(fleet: FleetFile, read: YamlFile, roots: list[Path], mistakes: Mistakes) -> Path | None:
    for root in roots:
        if (root / fleet.agency / "agency.yaml").is_file():
            return root / fleet.agency
    known = {file.parent.name for root in roots for file in root.glob("*/agency.yaml")}
    what = f"there is no agency {shown(fleet.agency)} (a folder with an agency.yaml)"
    mistakes.add(read.file, read.at("agency"), what, near(fleet.agency, known))
    return None


def _check_sources(fleet: FleetFile, read: YamlFile, mistakes: Mistakes) -> None:
    known = [state.value for state in State]
    seen: set[str] = set()
    for source in fleet.sources:
        if source.name in seen:
            at = source_place(read, source.name, "name")
            mistakes.add(read.file, at, f"two sources are called {shown(source.name)}", "Give each its own name")
        seen.add(source.name)
        if isinstance(source, GtfsRealtimeSource):
            continue
        for state in sorted(source.may_assert.states - set(known)):
            at = source_place(read, source.name, "may_assert", "states")
            mistakes.add(read.file, at, f"{shown(state)} is no state that is known", near(state, known))


def _check_secrets(settings: Settings, read: YamlFile, has_secret: HasSecret, mistakes: Mistakes) -> None:
    for account in settings.accounts():
        if account.mode is not AccountMode.LIVE:
            continue
        missing = [name for name in KNOWN_CHANNELS[account.channel].needs(account.handle) if not has_secret(name)]
        if missing:
            what = f"{account.id} is live, but its credentials are missing ({', '.join(missing)})"
            instead = f"Run `run_fleet.py accounts connect {account.id}`, or set it to practice until then"
            own = ("lines", account.line, "accounts", account.channel, "mode")
            at = read.at(*own) if own in read.places else read.at("defaults", "accounts", account.channel, "mode")
            mistakes.add(read.file, at, what, instead)
    set_it = "Set it in the environment: SUBWAY_FLEET_SECRET_ and its name in capitals"
    for name in settings.pager.secret_names():
        if not has_secret(name):
            what = f"the pager needs the secret {shown(name)}, which is not kept"
            mistakes.add(read.file, read.at("pager"), what, set_it)
    for source in settings.sources:
        for name in source.secret_names():
            if not has_secret(name):
                what = f"source {shown(source.name)} needs the secret {shown(name)}, which is not kept"
                mistakes.add(read.file, source_place(read, source.name), what, set_it)
