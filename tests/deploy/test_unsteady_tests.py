"""`./dev test` runs a few failed tests once more: what passes then is named, what fails twice has failed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DEV = Path(__file__).parents[2] / "dev"
STAGE = """
set -eu
state={folder} venv={venv} failed=0 unsteady=
say() {{ echo "$*"; }}
pytest() {{ "$venv/bin/python" -m pytest -p no:cov -c /dev/null --rootdir {folder} "$@" {folder}; }}
{functions}
tests "a stage" pytest
echo "failed=$failed unsteady=$unsteady"
"""
UNSTEADY = """
import pathlib
def test_steady(): pass
def test_fails_once():
    mark = pathlib.Path(__file__).with_name("mark")
    was_here = mark.exists()
    mark.touch()
    assert was_here
"""
BROKEN = "def test_steady(): pass\ndef test_broken(): assert False\n"
MANY = UNSTEADY + "".join(f"def test_broken_{number}(): assert False\n" for number in range(3))


def run(folder: Path, tests: str) -> str:
    """Run the stage of these tests with the functions of `dev`; return what it prints last."""
    (folder / "test_of_a_stage.py").write_text(tests)
    functions = "\n".join(
        re.findall(r"^(?:few_failed|tests)\(\) \{\n.*?^\}\n", DEV.read_text(), re.DOTALL | re.MULTILINE)
    )
    script = STAGE.format(folder=folder, venv=Path(sys.prefix), functions=functions)
    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, cwd=folder)
    return ran.stdout.splitlines()[-1]


def test_what_failed_once_is_named_and_fails_nothing(tmp_path):
    told = run(tmp_path, UNSTEADY)
    assert told.startswith("failed=0 unsteady=")
    assert "test_fails_once" in told
    assert "test_steady" not in told


def test_what_fails_twice_has_failed(tmp_path):
    assert run(tmp_path, BROKEN) == "failed=1 unsteady="


@pytest.mark.parametrize("tests", [MANY, "import nothing_of_this_name\n"])
def test_many_failures_and_broken_files_get_no_second_chance(tmp_path, tests):
    assert run(tmp_path, tests).startswith("failed=1")


def test_a_stage_without_failures_has_none(tmp_path):
    assert run(tmp_path, "def test_steady(): pass\n") == "failed=0 unsteady="
