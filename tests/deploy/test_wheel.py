"""The wheel holds the whole program: code, migrations, templates, lists of words."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.deploy.operating_files import PROJECT, ROOT, VERSION


def files_under(folder: Path) -> set[str]:
    """Return what lies under a package, named as inside the wheel."""
    files = [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return {str(file.relative_to(folder.parent)) for file in files}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [file] = folder.iterdir()
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_every_file_of_every_package_is_in_the_wheel_and_nothing_else(wheel):
    about = f"micromart-{VERSION}.dist-info/"
    packages = [ROOT / package for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]

    inside = {name for name in wheel if not name.startswith(about)}

    assert inside == set().union(*map(files_under, packages))
    assert {Path(name).suffix for name in inside} >= {".py", ".sql", ".html", ".txt", ".text", ".mako"}


def test_every_package_of_the_tree_is_named():
    told = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    found = [
        *ROOT.glob("micromart_*/__init__.py"),
        *ROOT.glob("daemon/*/__init__.py"),
        ROOT / "migrations" / "__init__.py",
    ]

    assert sorted(told) == sorted(str(file.parent.relative_to(ROOT)) for file in found)


def test_the_wheel_brings_both_commands_and_the_licence(wheel):
    about = f"micromart-{VERSION}.dist-info"
    commands = wheel[f"{about}/entry_points.txt"].decode()

    assert all(f"{name} = {target}" in commands for name, target in PROJECT["project"]["scripts"].items())
    assert wheel[f"{about}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
