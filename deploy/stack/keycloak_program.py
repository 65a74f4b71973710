"""Keycloak's program: fetched from Maven Central and built once, then shared by all checkouts of this user."""

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from deploy.stack.errors import NotToBeHad, StackError
from deploy.stack.shared_program import made_whole, shared_place

VERSION = "26.5.0"
_ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
_SHA256 = "907f10721092bf57436698733d5046ad9ccf39564991d046f5afd67fadf17f08"
_BUILD_OPTIONS = ("--db=dev-file", "--cache=local")
_LASTING = ("lib", "themes")
_JAVA_OPTIONS = "-XX:TieredStopAtLevel=1"  # what lives for seconds is not worth the better compiler


def has_tools() -> bool:
    """Tell whether Java is there, and Maven where the program has still to be fetched."""
    return bool(shutil.which("java")) and (_place().exists() or bool(shutil.which("mvn")))


def lay_out(home: Path) -> None:
    """Make `home` a Keycloak of one's own, of which only what never changes is the shared program's."""
    program = made_whole(_place(), _make)
    home.mkdir(parents=True, exist_ok=True)
    for name in _LASTING:
        link = home / name
        link.unlink(missing_ok=True)
        link.symlink_to(program / name)
    for name in ("bin", "conf"):
        shutil.copytree(program / name, home / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("client"))
    (home / "providers").mkdir(exist_ok=True)


def _place() -> Path:
    mark = hashlib.sha256(" ".join(_BUILD_OPTIONS).encode()).hexdigest()[:8]
    return shared_place(f"keycloak-{VERSION}-{mark}")


def _make(folder: Path) -> Path:
    _unpack(_fetch(folder), folder)
    built = folder / f"keycloak-{VERSION}"
    _build(built)
    return built


def _fetch(folder: Path) -> Path:
    copy = ["mvn", "-B", "-q", "-C", "dependency:copy", f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}"]
    outcome = subprocess.run(copy, cwd=folder, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if outcome.returncode:
        message = f"keycloak needs {_ARTIFACT} from Maven Central, and mvn could not fetch it:\n{outcome.stdout}"
        raise NotToBeHad(message)
    [archive] = folder.glob("*.zip")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    with archive.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != _SHA256:
        message = f"{_ARTIFACT} is not the archive it was: its SHA-256 is {found}"
        raise StackError(message)
    with zipfile.ZipFile(archive) as opened_archive:
        opened_archive.extractall(folder)


def _build(home: Path) -> None:
    outcome = subprocess.run(
        ["/bin/bash", str(home / "bin" / "kc.sh"), "build", *_BUILD_OPTIONS],
        cwd=home,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "JAVA_OPTS_APPEND": _JAVA_OPTIONS},
    )
    if outcome.returncode:
        message = f"kc.sh build failed:\n{outcome.stdout}"
        raise StackError(message)
