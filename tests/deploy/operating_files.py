"""What the files around the program say, read the way their own programs read them."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from ruamel.yaml import YAML

from micromart_core.settings import Settings
from micromart_core.settings_sources import Sources, read_settings

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
VERSION = PROJECT["project"]["version"]
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES = COMPOSE["services"]


def run(*words: str | Path, home: Path, **options) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment in a home of its own, with no setting of whoever runs the tests."""
    program, *arguments = map(str, words)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
    return subprocess.run(
        [SCRIPTS / program, *arguments],
        env=kept | {"MICROMART_HOME": str(home)} | options.pop("environ", {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=home,
        **options,
    )


def settings_of(environ: dict[str, str]) -> Settings:
    """Read an environment as the program does; raise BadSetting for what it would refuse."""
    return read_settings(Sources({}, environ, ()))[0]


def instructions(name: str) -> list[str]:
    """What follows each instruction of that name in the Dockerfile, with lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "deploy" / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [line.removeprefix(name).strip() for line in lines if line.startswith(f"{name} ")]
