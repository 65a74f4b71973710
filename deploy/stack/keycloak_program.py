"""Keycloak's program: fetched from Maven Central and built once, then shared by all checkouts of this user."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from deploy.stack.errors import NotToBeHad, StackError

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
    program = _built()
    home.mkdir(parents=True, exist_ok=True)
    for name in _LASTING:
        link = home / name
        link.unlink(missing_ok=True)
        link.symlink_to(program / name)
    for name in ("bin", "conf"):
        shutil.copytree(program / name, home / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("client"))
    (home / "providers").mkdir(exist_ok=True)


def _place() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    mark = hashlib.sha256(" ".join(_BUILD_OPTIONS).encode()).hexdigest()[:8]
    return cache / "micromart-stack" / f"keycloak-{VERSION}-{mark}"


def _built() -> Path:
    """Return the built program; it is made beside its place and moved there whole."""
    place = _place()
    with _alone_at(place.parent):
        if not place.exists():
            new = place.with_name(f"{place.name}.new")
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir()
            _unpack(_fetch(new), new)
            _build(new / f"keycloak-{VERSION}")
            (new / f"keycloak-{VERSION}").rename(place)
            shutil.rmtree(new)
    return place


@contextlib.contextmanager
def _alone_at(folder: Path) -> Iterator[None]:
    """Wait for another checkout that is making the program."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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
