"""deploy/systemd: units that systemd understands, commands that the programs understand, rights that nobody misses."""

import re
import shutil
import subprocess
from itertools import groupby
from pathlib import Path

import pytest

from micromart_core.jobs import list_jobs
from tests.deploy.operating_files import PROJECT, ROOT, SCRIPTS, run, settings_of

UNITS = ROOT / "deploy" / "systemd"
DAEMON = UNITS / "micromartd.service"
JOB = UNITS / "micromart-job@.service"
LEVELS = UNITS / "micromart-levels.service"
SERVED = UNITS / "micromart-job@.service.d" / "served.conf"
INSTALLED = Path("/opt/micromart/bin")
HARDENED = (
    "AmbientCapabilities=",
    "CapabilityBoundingSet=",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "ProtectHome=yes",
    "ProtectSystem=strict",
    "RestrictNamespaces=yes",
    "SystemCallArchitectures=native",
)


def said(file: Path, key: str) -> list[str]:
    """Return every value of a key, and refuse a file that is none of systemd's."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"\[[A-Z][a-z]+\]|[A-Z][A-Za-z]+=.*", line) for line in lines), file
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


def command_of(file: Path, instance: str = "") -> list[str]:
    [line] = said(file, "ExecStart")
    program, *words = line.replace("%i", instance).split()
    assert Path(program).parent == INSTALLED
    return [Path(program).name, *words]


def environment_of(*files: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for file in files for line in said(file, "Environment"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_understands_every_unit(tmp_path):
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for unit in tmp_path.glob("*.service"):
        unit.write_text(unit.read_text().replace(str(INSTALLED), str(SCRIPTS)))  # it looks for the program
    units = [
        "micromartd.service",
        "micromart-levels.service",
        "micromart-levels.timer",
        *(f"micromart-job@{job.name}.{kind}" for job in list_jobs() for kind in ("service", "timer")),
    ]

    looked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(f"./{unit}" for unit in units)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (looked.returncode, looked.stdout + looked.stderr) == (0, "")


def test_the_daemon_is_started_by_a_command_that_it_knows(tmp_path):
    asked = run(*command_of(DAEMON), "--help", home=tmp_path)

    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.parametrize("job", [job.name for job in list_jobs()])
def test_the_unit_of_jobs_runs_each_of_them(home_of_a_shop, job):
    done = run(*command_of(JOB, job), home=home_of_a_shop)

    assert done.returncode == 0, done.stderr


def test_the_timers_are_of_jobs_that_there_are():
    instances = {
        folder.name.removeprefix("micromart-job@").removesuffix(".timer.d") for folder in UNITS.glob("*.timer.d")
    }

    assert instances
    assert instances <= {job.name for job in list_jobs()}


@pytest.mark.parametrize("unit", [DAEMON, JOB, LEVELS], ids=lambda unit: unit.name)
def test_a_unit_gives_its_program_no_more_than_it_needs(unit):
    lines = unit.read_text().splitlines()

    assert set(HARDENED) <= set(lines)
    assert said(unit, "User") == ["micromart"]
    assert said(unit, "UMask") == ["0077"]


def test_the_daemon_and_the_jobs_are_held_alike():
    marks = (
        file.read_text().partition("# The program reads")[2].partition("\n\n")[0] for file in (DAEMON, JOB, LEVELS)
    )

    assert len([text for text, _ in groupby(text.strip() for text in marks)]) == 1


@pytest.mark.parametrize("files", [[DAEMON], [JOB, SERVED]], ids=["daemon", "job"])
def test_secrets_come_as_credentials_and_every_name_is_a_setting(tmp_path, files):
    loaded = dict(line.split(":", 1) for file in files for line in said(file, "LoadCredential"))
    environ = environment_of(*files)
    for name, place in loaded.items():
        assert place == f"/etc/micromart/secrets/{name}"
        (tmp_path / name).write_text("sqlite:////srv/shop.db")

    named = {variable: value.replace("%d", str(tmp_path)) for variable, value in environ.items() if "__" in variable}

    assert {f"%d/{name}" for name in loaded} == {value for variable, value in environ.items() if "__" in variable}
    assert settings_of(named).database.url == "sqlite:////srv/shop.db"
    assert environ["MICROMART_HOME"] == "%S/" + said(files[0], "StateDirectory")[0]


def test_the_daemon_has_the_time_it_needs_to_stop_and_comes_back_unless_its_settings_are_wrong():
    assert 10 < int(said(DAEMON, "TimeoutStopSec")[0].removesuffix("s")) <= 15
    assert (said(DAEMON, "Restart"), said(DAEMON, "RestartPreventExitStatus")) == (["on-failure"], ["2"])
    assert said(DAEMON, "StartLimitIntervalSec") == ["0"]


def test_a_wrong_setting_ends_the_daemon_with_the_code_that_is_not_tried_again(tmp_path):
    done = run(*command_of(DAEMON), home=tmp_path, environ={"MICROMART_DATABASE__URL_FILE": "/nowhere"})

    assert (done.returncode, said(DAEMON, "RestartPreventExitStatus")) == (2, ["2"])
    assert "Traceback" not in done.stdout + done.stderr


def test_the_units_run_what_the_project_installs():
    assert {command_of(unit)[0] for unit in (DAEMON, JOB)} <= set(PROJECT["project"]["scripts"])
