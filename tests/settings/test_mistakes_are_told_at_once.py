"""Every wrong lines.yaml is answered with its line, what is wrong and what to write instead; all of it at once."""

import pytest

from core.settings.load import check_settings, load_settings
from core.settings.mistakes import SettingsWrong

NOT_YAML = [
    ("", 1, "the file holds nothing", "sample"),
    ("lines:\n\t- x\n", 2, "a tab indents this line", "Indent with spaces"),
    ("agency: [nyc,\n", 2, "this is no YAML", "brackets"),
    ("agency: 'nyc\n", 2, "this is no YAML", "quotes"),
    ("version: 1\n---\nversion: 1\n", 2, "a second document begins here", "without `---`"),
    ("agency: *other\n", 1, "an alias", "Write the value out"),
    ("agency: &me [*me]\n", 1, "an alias", "Write it out"),
    ("version: 1\nagency: \x07\n", 2, "special characters are not allowed", "plain UTF-8"),
    ('agency: "\\UFFFFFFFF"\n', 1, "this is no YAML", "plain UTF-8"),
    ("version: 1\nversion: 1\n", 2, "`version` stands twice (first on line 1)", "Keep one"),
    ("? [a, b]\n: c\n", 1, "a key must be one word", "`key: value`"),
    ("[" * 4000, 1, "nested too deep", "Write it flat"),
    ("a: " + "[" * 60 + "]" * 60, 1, "nested too deep", "Write it flat"),
    ("only words\n", 1, "the file: `only words` does not fit", "a section"),
    ("- a list\n", 1, "the file: a list does not fit", "a section"),
]

BENT = [
    ("clock: wall", "clock: wal", 6, "`clock`: `wal` is not known", "Did you mean `wall`?"),
    ("version: 1", "version: 2", 4, "`version`: `2` is too big", "at most 1"),
    ("version: 1", "version: one", 4, "`version`: `one` does not fit", "a whole number"),
    ("version: 1\n", "", 4, "`version` is missing", "Add `version: …`"),
    ("agency: example", "agency: exmaple", 5, "there is no agency `exmaple`", "Did you mean `example`?"),
    ("agency: example", "agency: ../x", 5, "`agency`: `../x` has another form", "Folder of the agency"),
    ("port: 8421", "port: 84210", 9, "`pages.port`: `84210` is too big", "at most 65535"),
    ("pack: strict", "pack: strikt", 12, "there is no policy pack `strikt`", "Did you mean `strict`?"),
    ("pack: strict", "pack: [strict]", 12, "`policy.pack`: a list does not fit", "one value"),
    ("daily_limit: 3", "daily_limit: -3", 13, "`policy.daily_limit`: `-3` is too small", "at least 0"),
    ("daily_limit: 1", "daily_limit: -1", 68, "`lines.Blue.policy.daily_limit`: `-1` is too small", "at least 0"),
    ("daily_limit: 3", "daily_limt: 3", 13, "`daily_limt` is no key that is known in `policy`", "`daily_limit`?"),
    ("daily_limit: 3", "adult_age: 12", 13, "`adult_age` is a never and can't be overridden", "Take it out"),
    ("daily_limit: 1", "adult_age: 12", 68, "`adult_age` is a never and can't be overridden", "Take it out"),
    ("daily_limit: 1", "life: 3d", 68, "`life` is no key that is known in `lines.Blue.policy`", "daily_limit"),
    ("daily_limit: 3", "digest_at: noon", 13, "`policy.digest_at`: `noon` does not fit", '"19:00"'),
    ("daily_limit: 3", "life: soon", 13, "`policy.life`: `soon` does not fit", "`12h`"),
    ("daily_limit: 3", "life: 0h", 13, "`policy.life`: `0h` does not fit", "`12h`"),
    ("channels:\n  x:", "channels:\n  z:", 16, "`z` is no channel that is known", "bluesky, local, mastodon"),
    ("    local: {mode: live}", "    lokal: {}", 21, "`lokal` is no channel that is known", "`local`?"),
    ("mode: practice", "mode: practise", 22, "`defaults.accounts.x.mode`: `practise`", "Did you mean `practice`?"),
    ("    x: {mode", "    mastodon: {mode", 22, "nothing says which mastodon server holds", "base_url: https://"),
    ("local: {mode: live}", "local: {mode: off}", 21, "the local timeline is always on", "Write live"),
    ("mode: practice", "handle: Same", 22, "all lines would share one handle", "under the line"),
    ("clock: wall", "clock: record", 22, "`clock: record` with x on would say old records", "mode: off"),
    ("x: {languages", "y: {languages", 60, "`y` is no channel that is known", "bluesky, local, mastodon"),
    ("every: 30s", "every: 30 sec", 31, "`sources[1].every`: `30 sec` does not fit", "`30s`"),
    ("every: 30s", "every: 9999999d", 31, "`9999999d` does not fit", "at most ten years"),
    ("kind: folder", "kind: foldr", 26, "`foldr` is no kind of `sources[1]`", "Did you mean `folder`?"),
    ("kind: folder\n", "\n", 26, "`kind` is missing in `sources[1]`", "folder, gtfs_realtime, http, socrata"),
    ("columns: bureau", "columns: bureu", 30, "no column map `bureu`", "Did you mean `bureau`?"),
    ("columns: bureau", "columns: ../x", 30, "`sources[1].columns`: `../x` has another form", "Which column map"),
    ("reported, wanted", "reported, wnted", 33, "`wnted` is no state that is known", "Did you mean `wanted`?"),
    ("name: export", "name: bureau", 35, "two sources are called `bureau`", "its own name"),
    ("path: inbox/bureau", "pth: inbox", 28, "`pth` is no key that is known in `sources[1]`", "Did you mean `path`?"),
    ("Red Line\n    routes", "Red Line\n    rotes", 54, "`rotes` is no key that is known", "Did you mean `routes`?"),
    ("    name: Red Line\n", "", 52, "`lines.Red.name` is missing", "Add `name: …`"),
    ("  Red:", "  Green:", 52, "`Green` stands twice (first on line 45)", "Keep one"),
    ("routes: [Red]", "routes: Red", 54, "`lines.Red.routes`: `Red` does not fit", "a list"),
    ("routes: [Red]", "routes: []", 54, "`lines.Red.routes` is too short", "at least 1"),
    ("routes: [Red]", "routes: [Red, GB]", 54, "route `GB` runs on line Green already", "with one line"),
    ('colour: "#B3131B"', "colour: red", 55, "`lines.Red.colour`: `red` has another form", "'#RRGGBB'"),
    ('colour: "#B3131B"', "colour: #B3131B", 55, "`lines.Red.colour` is empty", "# begins a comment"),
    ('colour: "#B3131B"', 'colour: "#FFFF00"', 56, "#FFFFFF can't be read on #FFFF00", 'text_colour: "#000000"'),
    ("ExampleRed", "ExampleGreen", 58, "handle `ExampleGreen` is line Green's already", "its own"),
    ("ExampleRed", "examplegreen", 58, "handle `examplegreen` is line Green's already", "its own"),
    ("ExampleRed", "ExampleRedLine16", 58, "`ExampleRedLine16` (16 characters) can't be one on x", "at most 15"),
    (
        "thread: numbered",
        "handle: Red-x",
        60,
        "handle `Red-x` (5 characters) can't be one on x",
        "letters, digits or _",
    ),
    ("  Red:", "  Red line:", 52, "`Red line` can't be a key of `lines`", "Line id (letters"),
    ("languages: [en, es]", "languages: [en, en]", 19, "`en` stands twice", "once"),
    ("languages: [en, es]", "languages: [en, fr]", 19, "no messages in `fr`", "en, es"),
    (
        "languages: [en]",
        "languages: [EN]",
        60,
        "`lines.Red.accounts.x.languages[1]`: `EN` has another form",
        "like en or es",
    ),
    ("state: ../", "state: ~/", 7, "`state`: `~/../state/example` has another form", "from where this file stands"),
    ("state: ", "store: mysql://a/b\nstate: ", 7, "`store` is no address of a store", "sqlite:///FILE"),
    (
        "state: ",
        "store: postgresql+psycopg://a:b@h/n\nstate: ",
        7,
        "a password stands in `store`",
        "SUBWAY_FLEET_STORE",
    ),
    ("sources:", "sources:\nextra:", 24, "`sources` is empty", "a list"),
    ("lines:\n", "liens:\n", 44, "`liens` is no key that is known", "Did you mean `lines`?"),
    (
        "sources:",
        "delivery: {sweep_every: 1s}\nsources:",
        24,
        "`delivery.sweep_every`: `1s` is too small",
        "at least 15 minutes",
    ),
    (
        "sources:",
        "delivery: {sweep_back: 2h}\nsources:",
        24,
        "`delivery.sweep_back`: `2h` is too small",
        "at least 3 hours",
    ),
    ("price_post: 0.015", "price_post: .inf", 16, "`channels.x.price_post`: `.inf`", "a number"),
]


@pytest.mark.parametrize(("text", "line", "what", "instead"), NOT_YAML)
def test_what_is_no_yaml_is_told_in_one_clear_line(tmp_path, text, line, what, instead):
    path = tmp_path / "lines.yaml"
    path.write_text(text, encoding="utf-8")
    told = [m for m in check_settings(path, {}) if what in m.what]
    assert [(m.file, m.line) for m in told] == [(path, line)]
    assert instead in told[0].instead
    assert "\n" not in str(told[0])


@pytest.mark.parametrize(("old", "new", "line", "what", "instead"), BENT)
def test_each_mistake_names_its_line_and_what_to_write(bent, old, new, line, what, instead):
    told = [m for m in check_settings(bent.write((old, new)), {}) if what in m.what]
    assert [m.line for m in told] == [line], bent.mistakes((old, new))
    assert instead in told[0].instead


def test_mistakes_of_every_sort_are_told_in_one_go(bent):
    path = bent.write(
        ("port: 8421", "port: many"),
        ("columns: bureau", "columns: bureu"),
        ("    name: Red Line\n", ""),
        ("handle: ExampleBlue", "handle: ExampleGreen"),
        ("languages: [en, es]", "languages: [en, xx]"),
    )
    told = check_settings(path, {})
    assert [m.line for m in told] == [9, 19, 30, 52, 66], told
    with pytest.raises(SettingsWrong) as wrong:
        load_settings(path, {})
    assert wrong.value.mistakes == told
    assert len(str(wrong.value).splitlines()) == 5


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    (mistake,) = check_settings(tmp_path / "none.yaml", {})
    assert str(mistake).startswith(f"{tmp_path / 'none.yaml'}: can't be read: No such file")


def test_bytes_that_are_no_text_are_told_with_their_place(tmp_path):
    path = tmp_path / "lines.yaml"
    path.write_bytes(b"version: 1\nagency: \xff\n")
    (mistake,) = check_settings(path, {})
    assert (mistake.line, mistake.column, mistake.what) == (2, 9, "this is no UTF-8 text")


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(bent):
    path = bent.write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_settings(path, {}) == ()
