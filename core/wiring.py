"""The only file that names the concrete parts and puts them together."""

from __future__ import annotations

import os
import secrets as random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from core.cli.workshop import CannotServe, OpenFleet, Server, Ticking
from core.domain.identity import Identity
from core.domain.imported import ImportedNetwork
from core.domain.lines import Line
from core.domain.restored import Manifest
from core.domain.seen_alerts import SeenFeed
from core.domain.staff import Actor
from core.flow.backup import Restored, back_up
from core.flow.deliver import PostOffice, Said
from core.flow.knowledge import Knowledge
from core.flow.own import Own, own_for_once, own_of
from core.flow.passes import House
from core.flow.pull import Start
from core.flow.review_calls import OnCall
from core.flow.staff import actor_of
from core.flow.succession import Waits
from core.ports.bot import Bot
from core.ports.channel import Abilities
from core.ports.clock import Clock
from core.ports.endpoint import Endpoint
from core.ports.secrets import Secrets, SecretsBroken
from core.ports.source import BadRow, GoodRow, Source
from core.ports.timeline import Timeline
from core.render.compose import Voice
from core.settings.fitting import fitting_columns
from core.settings.fleet_settings import Settings, practising
from core.settings.mistakes import Mistake
from core.settings.shapes import PagerSection
from core.settings.spend_shapes import restraint_of
from core.wiring_channels import abilities_of, limit_of, open_channels, pager_of, sweep_plan
from core.wiring_partner import handing_of
from core.wiring_sources import feed_in_file, source_of
from core.wiring_store import copies_of, has_store, open_bell, opened_store, put_back, refuse_without_own

MakeBots = Callable[[Iterable[Line]], Sequence[Bot]]
STATE_MODE = 0o700


class Wiring:
    """Puts a fleet together from its settings. `environ` overrides files; `make_bots` makes one bot a line."""

    def __init__(self, make_bots: MakeBots, environ: Mapping[str, str]) -> None:
        self._make_bots = make_bots
        self._environ = environ

    def settings(self, path: Path) -> Settings:
        """See core.cli.workshop.Workshop."""
        from core.settings.load import load_settings

        return load_settings(path, self._environ)

    def mistakes(self, path: Path) -> tuple[Mistake, ...]:
        """See core.cli.workshop.Workshop."""
        from core.settings.load import check_settings

        def kept_at(place: Path) -> Callable[[str], bool]:
            kept = self._secrets(place)
            kept.names()
            return lambda name: kept.get(name) is not None

        try:
            return check_settings(path, self._environ, secrets_at=kept_at)
        except SecretsBroken as broken:
            found = check_settings(path, self._environ)
            return (*found, Mistake(path, 0, 0, "the secrets can't be used", str(broken)))

    def secret_variable(self, name: str) -> str:
        """See core.cli.workshop.Workshop."""
        from core.adapters.secrets.kept import override_name

        return override_name(name)

    def knowledge(self, settings: Settings) -> Knowledge:
        """See core.cli.workshop.Workshop."""
        return self._know(settings, abilities_of(settings), random.token_bytes(32))

    @contextmanager
    def open(self, settings: Settings, said: Said = lambda delivery, outcome: None) -> Iterator[OpenFleet]:
        """See core.cli.workshop.Workshop."""
        _make_state(settings.state_dir)
        kept = self._secrets(settings.secrets_path)
        refuse_without_own(settings, kept)
        with self._open(settings, kept, own_of(kept), settings.state_dir, said) as fleet:
            yield fleet

    @contextmanager
    def scratch(
        self, settings: Settings, folder: Path, *, record_clock: bool, said: Said = lambda delivery, outcome: None
    ) -> Iterator[OpenFleet]:
        """See core.cli.workshop.Workshop."""
        folder.mkdir(parents=True, exist_ok=True)
        elsewhere = replace(
            settings,
            state_dir=folder,
            store_url=f"sqlite:///{folder / 'fleet.db'}",
            keys_url=f"sqlite:///{folder / 'keys.db'}",
            clock="record" if record_clock else "wall",
            lines=tuple(practising(line) for line in settings.lines),
            sources=(),
            pager=PagerSection(),
        )
        kept = self._secrets(folder / "secrets.json")
        with self._open(elsewhere, kept, own_for_once(), None, said) as fleet:
            yield fleet

    @contextmanager
    def _open(
        self, settings: Settings, kept: Secrets, own: Own, beside: Path | None, said: Said
    ) -> Iterator[OpenFleet]:
        """`beside` is the folder of the anchor; None for a throw-away store, which nobody restores."""
        clock = self._clock(settings)
        with ExitStack() as stack:
            channels = open_channels(settings, clock, kept, stack)
            local = channels["local"]
            if not isinstance(local, Timeline):
                raise TypeError("the local channel must be a timeline as well")
            abilities = {name: channel.abilities for name, channel in channels.items()}
            endpoints = {name: one for name, one in channels.items() if isinstance(one, Endpoint)}
            know = self._know(settings, abilities, own.secret, endpoints)
            store, anchor = stack.enter_context(opened_store(settings, own, beside, clock))
            wakeups = stack.enter_context(closing(open_bell(settings)))
            bots = self.bots(settings)
            sources = tuple(source_of(settings, spec, kept, clock) for spec in settings.sources)
            waits, recorded = settings.delivery, settings.clock == "record"
            leads = Waits(urgent=waits.lead_waits, other=waits.outage_after)
            house = House(store, know, clock, tuple(bots), sources, replays=recorded, waits=leads)
            office = PostOffice(
                store, know, clock, channels, waits.lease_seconds, waits.grace_seconds, waits.batch, said
            )
            office.outage_after = None if recorded else waits.outage_after
            yield OpenFleet(settings, know, store, kept, clock, channels, local, house, office, wakeups, anchor)

    def bots(self, settings: Settings) -> Sequence[Bot]:
        """See core.cli.workshop.Workshop."""
        return self._make_bots(settings.lines)

    def _clock(self, settings: Settings) -> Clock:
        from core.adapters.clock import RecordClock, WallClock

        return RecordClock() if settings.clock == "record" else WallClock()

    def _secrets(self, path: Path) -> Secrets:
        from core.adapters.secrets.kept import KEY_VARIABLE, EncryptedSecrets, FileSecrets

        kind = EncryptedSecrets if self._environ.get(KEY_VARIABLE) else FileSecrets
        return kind(path, self._environ)

    def _know(
        self,
        settings: Settings,
        abilities: Mapping[str, Abilities],
        secret: bytes,
        endpoints: Mapping[str, Endpoint] = MappingProxyType({}),
    ) -> Knowledge:
        accounts = [account for account in settings.accounts() if account.channel in abilities]
        handing = handing_of(settings, endpoints)
        linked = handing.persons_to if handing.pictures_at else frozenset()
        shows = linked | {name for name, known in abilities.items() if known.pictures}
        voice = Voice(
            catalogues=settings.catalogues,
            lines={line.id: line for line in settings.lines},
            agency=settings.agency,
            limits={account.id: limit_of(account, abilities[account.channel]) for account in accounts},
            replies=frozenset(account.id for account in accounts if abilities[account.channel].reply),
            pictures=frozenset(account.id for account in accounts if account.channel in shows),
        )
        return Knowledge(
            lines=voice.lines,
            agency=settings.agency,
            policy=settings.policy,
            offences=settings.offences,
            gazetteer=settings.gazetteer,
            identity=Identity(secret),
            voice=voice,
            abilities=abilities,
            restraint=restraint_of(settings.delivery, settings.spend, settings.channels),
            inhibitions=settings.alert_types.inhibitions,
            effects=settings.alert_types.effects,
            silence_warning=settings.silences.warn_before,
            acknowledge_within=settings.partner.acknowledge_within,
            handing=handing,
            own_links=() if settings.partner.public_url is None else (settings.partner.public_url,),
        )

    def rows(
        self, settings: Settings, path: Path, columns: str | None, progress: Callable[[int], None]
    ) -> Iterator[GoodRow | BadRow]:
        """See core.cli.workshop.Workshop."""
        from core.adapters.sources.files import header_of, rows_of_file

        chosen = fitting_columns(settings.agency_folder / "columns", columns, header_of(path))
        before = 0

        def tell(done: int, _size: int) -> None:
            nonlocal before
            progress(done - before)
            before = done

        return rows_of_file(path, chosen, path.name, settings.agency.zone, tell)

    def rows_of_text(self, settings: Settings, text: bytes, columns: str | None) -> Iterator[GoodRow | BadRow]:
        """See core.cli.workshop.Workshop."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "given"
            file.write_bytes(text)
            yield from self.rows(settings, file, columns, lambda size: None)

    def feed_in_file(
        self, settings: Settings, name: str | None, path: Path, now: datetime | None, looked: Callable[[SeenFeed], None]
    ) -> Source:
        """See core.cli.workshop.Workshop."""
        from core.adapters.clock import RecordClock, StoppedClock

        clock = RecordClock() if now is None else StoppedClock(now)
        return feed_in_file(settings, name, path, clock, looked)

    def publication(self, place: str) -> ImportedNetwork:
        """See core.cli.workshop.Workshop."""
        from core.adapters.gazetteer.publication import read_publication

        return read_publication(place)

    def serve(self, fleet: OpenFleet, host: str, port: int, *, demonstration: bool) -> Server:
        """See core.cli.workshop.Workshop."""
        from core.web.public.serve import PortTaken, serve_pages
        from core.wiring_api import api_apps
        from core.wiring_partner import partner_apps

        try:
            return serve_pages(
                fleet.timeline,
                fleet.know,
                host,
                port,
                demonstration=demonstration,
                beside={**partner_apps(fleet), **api_apps(fleet)},
            )
        except PortTaken as taken:
            raise CannotServe(str(taken)) from taken

    def ticker(self, fleet: OpenFleet, ring: Callable[[], None], start: Start | None) -> Ticking:
        """See core.cli.workshop.Workshop."""
        from core.schedule import Sweeping, Ticker

        house = replace(
            fleet.house,
            pager=pager_of(fleet.settings, fleet.secrets),
            call_again=fleet.settings.pager.again_after,
            on_call=OnCall(fleet.settings.review.on_call, fleet.settings.review.page_after),
        )
        return Ticker(house, ring, start, Sweeping(fleet.office, sweep_plan(fleet.settings)))

    def has_store(self, settings: Settings) -> bool:
        """See core.cli.workshop.Workshop."""
        return has_store(settings.store_url)

    def backup(self, fleet: OpenFleet, actor: Actor, folder: Path) -> Manifest:
        """See core.cli.workshop.Workshop."""
        own = own_of(fleet.secrets)
        return back_up(actor, fleet.store, fleet.clock, copies_of(fleet.settings, own), folder)

    def restore(self, settings: Settings, token: str, folder: Path) -> Restored:
        """See core.cli.workshop.Workshop."""
        _make_state(settings.state_dir)
        own = own_of(self._secrets(settings.secrets_path))
        return put_back(settings, own, self._clock(settings), token, folder)

    def actor(self, fleet: OpenFleet, token: str) -> Actor:
        """See core.cli.workshop.Workshop."""
        return actor_of(fleet.store, token, "cli")


def _make_state(folder: Path) -> None:
    folder.mkdir(mode=STATE_MODE, parents=True, exist_ok=True)


def main(make_bots: MakeBots, argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    from core.cli.app import run

    return run(Wiring(make_bots, os.environ), sys.argv[1:] if argv is None else argv, os.environ)
