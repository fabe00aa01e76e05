"""`incident picture`: an officer prepares the picture of a record's person, or drops it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from core.cli.incident_shown import KEY
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.domain.staff import FLEET_ACTOR
from core.flow.passes import think
from core.flow.pictures import NothingToShow, drop_picture, prepare_picture
from core.render.pictures import Box, PictureWrong


class BoxOf(click.ParamType[Box]):
    """LEFT,TOP,RIGHT,BOTTOM in pixels of the whole picture."""

    name = "box"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Box:
        """A box. Fails on what is not four whole numbers."""
        if isinstance(value, Box):
            return value
        parts = str(value).split(",")
        if len(parts) != 4 or not all(part.strip().isdecimal() for part in parts):
            self.fail(f"{value!r} is not four numbers: write left,top,right,bottom in pixels", param, ctx)
        return Box(*(int(part) for part in parts))


BOX = BoxOf()


@click.command(short_help="Prepare the picture of a record's person, or --drop it.")
@click.argument("wanted", metavar="ID")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--crop", type=BOX, help="The part that is shown.")
@click.option("--blur", type=BOX, multiple=True, help="A bystander; made unreadable. Once for each.")
@click.option("--nobody-else", is_flag=True, help="You looked: nobody else is in the picture.")
@click.option("--out", type=click.Path(path_type=Path), help="Write what would be shown here, to look at it.")
@click.option("--drop", is_flag=True, help="Show no picture any more.")
@json_option
@pass_session
def picture(
    session: Session,
    wanted: str,
    file: Path | None,
    crop: Box | None,
    blur: tuple[Box, ...],
    nobody_else: bool,
    out: Path | None,
    drop: bool,
    as_json: bool,
) -> int:
    """Prepare the picture of a record's person. Needs the role officer.

    The record itself must speak of a picture: which footage, which minute, and who vouches that it shows the
    offender. FILE (JPEG, PNG or WebP) is cropped, each bystander is made unreadable, and it is written anew without
    place, camera or any other words. Boxes are LEFT,TOP,RIGHT,BOTTOM in pixels of the whole picture. Posts that wait
    for approval are made anew with it; whoever prepared it can't approve them. --drop takes it out again.

    \b
    Examples:
      run_fleet.py incident picture 4f1c09 still.png --crop 200,80,620,640 --blur 30,90,180,400
      run_fleet.py incident picture 4f1c09 still.png --crop 20,80,620,640 --nobody-else --out l.jpg
      run_fleet.py incident picture 4f1c09 --drop
    """
    if drop == (file is not None) or (file is not None and crop is None):
        raise Trouble("write a file and its --crop, or --drop alone", WRONG)
    if file is not None and bool(blur) == nobody_else:
        raise Trouble("say who else is in the picture: --blur for each, or --nobody-else", WRONG)
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        try:
            if file is None or crop is None:
                subject = drop_picture(actor, fleet.store, fleet.know, fleet.clock, wanted)
                fields: dict[str, Any] = {"key": subject.key, "picture": None}
            else:
                content = _read(file)
                subject, shown = prepare_picture(
                    actor, fleet.store, fleet.know, fleet.clock, wanted, content, crop, blur
                )
                if out is not None:
                    out.write_bytes(shown.content)
                fields = {"key": subject.key, "picture": shown.sha256, "width": shown.width, "height": shown.height}
        except (NothingToShow, PictureWrong) as wrong:
            raise Trouble(str(wrong), WRONG) from wrong
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
    if as_json:
        print_json(fields)
    elif fields["picture"] is None:
        say(f"Posts about {subject.key[:KEY]} show no picture.")
    else:
        size = f"{fields['width']}x{fields['height']}"
        say(f"Posts about {subject.key[:KEY]} show this picture ({size}, {fields['picture'][:12]}) once approved.")
    return 0


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as broken:
        raise Trouble(f"{file} can't be read: {broken.strerror}", WRONG) from broken
