"""The README's lines for cron: each is a line that cron takes and a command that the shop takes."""

import re
import shlex

import pytest

from micromart_core.jobs import list_jobs
from tests.deploy.operating_files import ROOT, run

_LINE = re.compile(r"    ((?:[\d*/,-]+ +){4}[\d*/,-]+) +(micromart .*)")
README = (ROOT / "README.md").read_text()
LINES = [(found[1].split(), found[2]) for found in map(_LINE.fullmatch, README.splitlines()) if found]
COMMANDS = [part.strip() for _, line in LINES for part in line.split("&&")]
JOBS = [command for command in COMMANDS if " job run " in command]
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def words_of(command: str) -> list[str]:
    """Split as the shell does that cron starts, which sees % only where it is escaped."""
    return shlex.split(command.replace("\\%", "%"))


def test_every_time_is_one():
    for moments, _ in LINES:
        for moment, (first, last) in zip(moments, RANGES, strict=True):
            assert re.fullmatch(r"\*(/\d+)?|\d+", moment)
            assert all(first <= int(number) <= last for number in re.findall(r"\d+", moment))


def test_no_remark_stands_behind_a_variable_where_cron_would_take_it_into_the_value():
    crontab = README[README.index("## Cron") : README.index("## On PostgreSQL")]
    variables = re.findall(r"^    [A-Z_]+=.*$", crontab, re.MULTILINE)

    assert variables
    assert not [line for line in variables if "#" in line]


def test_percent_signs_are_escaped():
    assert all("%" not in line.replace("\\%", "") for _, line in LINES)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_shop_knows_the_command(tmp_path, command):
    asked = run(*words_of(command), "--help", home=tmp_path)

    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.parametrize("command", JOBS)
def test_a_job_runs_without_a_word(home_of_a_shop, command):
    done = run(*words_of(command), home=home_of_a_shop)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_job_is_missing():
    assert {command.rpartition(" ")[2] for command in JOBS} == {job.name for job in list_jobs()}


def test_what_may_still_be_at_work_when_its_next_turn_comes_holds_a_lock_of_its_own():
    often = [line for moments, line in LINES if "/" in moments[0] or moments[0] == "*"]
    locks = [re.search(r"--lock (\S+)", line) for line in often]

    assert all(locks)
    assert len({lock[1] for lock in locks if lock}) == len(often)
