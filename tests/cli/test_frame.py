"""What every verb shares: flags, formats, errors, exit codes, bounds."""

import fcntl
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from micromart_cli import nouns
from micromart_cli.global_flags import FORMATS
from micromart_daemon.gateway import table
from tests.cli import vases
from tests.elsewhere import IS_ASKED_FOR

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def vase(monkeypatch):
    monkeypatch.setitem(sys.modules, "micromart_cli.commands.vase", vases)
    monkeypatch.setitem(nouns.NOUNS, "vase", "for this test")
    if IS_ASKED_FOR:
        monkeypatch.setitem(table.offered(), *vases.on_the_wire())
    vases.broken.clear()
    vases.on_show[:] = [vases.MING]


def test_one_thing_is_the_bare_object_with_every_field(cli):
    assert cli("vase", "show", "--json").json == {
        "id": "vase_1",
        "name": "Ming",
        "price": {"amount": "1900.00", "currency": "USD"},
        "broken_at": None,
        "weight": "1.50",
        "marks": [],
    }


def test_properties_that_belong_to_a_shape_are_in_it(cli):
    level = cli("vase", "level", "--json").json

    assert (level["available"], level["low"]) == (3, True)


@pytest.mark.parametrize(
    "words", [["-o", "json", "vase", "show"], ["vase", "-o", "json", "show"], ["vase", "show", "-ojson"]]
)
def test_global_flags_stand_anywhere(cli, words):
    assert cli(*words).json["id"] == "vase_1"


def test_a_list_has_items_and_a_cursor_when_there_is_more(cli):
    assert [vase["id"] for vase in cli("vase", "list", "--json").json["items"]] == ["vase_0", "vase_1"]
    assert cli("vase", "list", "--json").json["next"] is None
    assert cli("vase", "list", "--limit", "2", "--json").json["next"] is None
    assert cli("vase", "list", "--limit", "1", "--json").json["next"] == "vase_0"
    rest = cli("vase", "list", "--limit", "1", "--after", "vase_0", "--json").json
    assert ([vase["id"] for vase in rest["items"]], rest["next"]) == (["vase_1"], None)
    assert cli("vase", "list", "--after", "vase_7").code == 2


def test_the_other_formats(cli):
    assert [line["id"] for line in cli("vase", "list", "-o", "jsonl").lines] == ["vase_0", "vase_1"]
    assert cli("vase", "list", "-o", "ids").out == "vase_0\nvase_1\n"
    assert cli("vase", "list", "-o", "csv").out.splitlines()[:2] == [
        "id,name,price,broken_at,weight,marks",
        "vase_0,'=No. 0,0.00,,0,[]",
    ]
    table = cli("vase", "list").out.splitlines()
    assert table[0].split() == ["id", "name", "price", "broken", "at", "weight", "marks"]
    assert not any(line.endswith(" ") for line in table)


def test_an_empty_list_is_a_sentence_for_people_and_items_for_scripts(cli):
    people = cli("vase", "list", "--count", "0")

    assert (people.out, people.err) == ("", "No vases.\n")
    assert cli("vase", "list", "--count", "0", "--json").json == {"items": [], "next": None}


def test_quiet_is_silent_on_success_in_every_format(cli):
    ran = cli("vase", "show", "-q")

    assert (ran.code, ran.out, ran.err) == (0, "", "")
    for output in FORMATS:
        for verb in ("show", "list"):
            ran = cli("vase", verb, "-q", "-o", output)
            assert (ran.code, ran.out, ran.err) == (0, "", ""), output


def test_what_forbids_it_is_said_before_a_missing_yes(cli, shop):
    ann, stan = shop.shopper("ann"), shop.staff()

    assert cli("vase", "break", by=stan).code == 2
    assert cli("vase", "break", "vase_1", by=shop.guest("g")).code == 6
    assert cli("vase", "break", "vase_1", by=ann).code == 7
    assert cli("vase", "break", "vase_9", by=stan).code == 3
    vases.broken.append("vase_1")
    assert cli("vase", "break", "vase_1", by=stan).code == 4
    vases.broken.clear()
    ran = cli("vase", "break", "vase_1", "--json", by=stan)
    assert ran.code == 2
    assert ran.error["code"] == "usage.needs_yes"
    assert "--yes" in ran.error["try"]
    assert cli("--yes", "vase", "break", "vase_1", by=stan).code == 0
    assert cli("vase", "break", "vase_1", "--yes", by=stan).code == 0


def test_a_dry_run_needs_no_yes_and_says_so_in_the_answer(cli, shop):
    ran = cli("vase", "break", "vase_1", "--dry-run", "--json", by=shop.staff())

    assert ran.code == 0
    assert ran.json["dry_run"] is True
    assert ran.json["id"] == "vase_1"


def test_an_error_is_three_lines_for_people_and_an_object_for_scripts(cli, shop):
    vases.broken.append("vase_1")

    people = cli("vase", "break", "vase_1", by=shop.staff())
    scripts = cli("vase", "break", "vase_1", "-o", "jsonl", by=shop.staff())

    assert people.err == "error: It is broken already.\nwhy:   a vase breaks once\ntry:   sweep\n"
    assert (people.out, scripts.out) == ("", "")
    assert scripts.error["code"] == "refused"
    assert set(scripts.error) == {"code", "message", "why", "try", "details", "trace_id"}
    assert len(scripts.error["trace_id"]) == 32


@pytest.mark.parametrize(
    "words",
    [
        ["vse"],
        ["vase", "shwo"],
        ["vase", "show", "--no-such"],
        ["vase"],
        ["vase", "show", "-o", "xml"],
        ["vase", "show", "too", "many"],
    ],
)
def test_words_that_make_no_command_are_usage_errors(cli, words):
    ran = cli(*words)

    assert ran.code == 2
    assert ran.out == ""
    assert ran.err


def test_an_unknown_noun_suggests_the_nearest(cli):
    assert "micromart vase" in cli("vasse").err
    assert cli("vasse", "--json").error["try"] == "micromart vase"


def test_nothing_to_do_is_an_exit_code_only_when_asked_for(cli):
    assert cli("vase", "dust").code == 0
    assert cli("vase", "dust", "--exit-nothing").code == 8


def test_a_second_run_under_the_same_lock_leaves(cli, home):
    assert cli("vase", "show", "--lock", "nightly").code == 0
    with (home / "state/locks/nightly.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = cli("vase", "show", "--lock", "nightly")
        assert (ran.code, ran.out) == (10, "")
        assert cli("vase", "show", "--lock", "weekly").code == 0
    assert cli("vase", "show", "--lock", "nightly").code == 0
    assert cli("vase", "show", "--lock", "../up").code == 2


def test_a_time_limit_ends_the_run(cli):
    assert cli("vase", "sleep", "--timeout", "50ms").code == 75
    assert cli("vase", "show", "--timeout", "5m").code == 0
    assert cli("vase", "show", "--timeout", "soon").code == 2


def test_a_bug_is_one_sentence_and_a_file_without_secrets(cli, home):
    ran = cli("vase", "drop")
    (crash,) = (home / "state/crashes").iterdir()

    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert str(crash) in ran.err
    assert "ZeroDivisionError" in crash.read_text()
    assert "hunter2-canary" not in crash.read_text().replace('canary = "hunter2-canary"', "")
    assert crash.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_is_130(cli):
    assert cli("vase", "stop").code == 130


def test_colour_follows_the_flag_then_the_environment(cli, monkeypatch):
    assert "\x1b[" not in cli("vase", "show").out
    assert "\x1b[" in cli("vase", "show", "--color", "always").out
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    assert "\x1b[" in cli("vase", "show").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in cli("vase", "show").out
    assert "\x1b[" in cli("vase", "show", "--color", "always").out
    assert "\x1b[" not in cli("vase", "show", "--color", "never").out


def test_whatever_was_written_never_reaches_the_terminal_raw(cli):
    evil = "\x1b]0;owned\x07 \x9b2J \u202e [red]x[/red]"
    vases.on_show[:] = [replace(vases.MING, name=evil, marks=(evil,))]

    for output in ("table", "csv", "ids", "jsonl", "json"):
        ran = cli("vase", "show", "-o", output)
        assert not any(character in ran.out for character in "\x1b\x07\x9b\u202e"), output
    assert cli("vase", "show", "--json").json["name"] == evil
    assert "[red]x[/red]" in cli("vase", "show").out


def test_times_are_utc_with_a_z_whatever_their_zone(cli):
    at = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    vases.on_show[:] = [replace(vases.MING, broken_at=at)]

    assert cli("vase", "show", "--json").json["broken_at"] == "2025-12-31T23:00:00Z"


def test_help_and_version_answer_on_stdout(cli):
    assert cli("--version").out.startswith("micromart ")
    assert "usage:" in cli("--help").out
    assert "Usage: micromart vase" in cli("vase", "--help").out
    assert "Usage: micromart vase show" in cli("vase", "show", "-h").out
    assert "Usage: micromart vase" in cli("--help", "vase").out


def test_the_bare_command_without_a_terminal_prints_the_short_help(micromart):
    ran = micromart()

    assert (ran.code, ran.out) == (2, "")
    assert "usage:" in ran.err


def test_a_closed_pipe_ends_quietly(home):
    script = f"{sys.executable} -m micromart_cli.main config list --json | (exec <&-; sleep 1); echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )

    assert (done.stdout, done.stderr) == ("141\n", "")


def test_a_full_disk_under_the_output_is_told(home):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "micromart_cli.main", "config", "list", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )

    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_words_that_are_no_text_are_refused(micromart):
    ran = micromart("cart", "add", "\udcff\udcfe")

    assert ran.code == 2
    assert "UTF-8" in ran.err


def test_a_terminal_of_few_signs_gets_question_marks(micromart):
    ran = micromart("demo", env={"PYTHONIOENCODING": "ascii"})

    assert ran.code == 0, ran.err
    assert "? micromart product list" in ran.out


def test_a_negative_number_is_named_as_such(cli):
    assert "negative" in cli("cart", "set", "TEA-01", "-1").err
