"""Installs Debian packages without letting any of them start a service or make a database cluster."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.stack.errors import NotToBeHad

_LOCK = Path("/run/lock/micromart-packages")
_POLICY = Path("/usr/sbin/policy-rc.d")
_CLUSTER_DEFAULTS = Path("/etc/postgresql-common/createcluster.conf")


def install(packages: Iterable[str]) -> None:
    """Install what is asked for, or raise NotToBeHad where that is not possible."""
    wanted = sorted(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        names = " ".join(wanted)
        message = f"needs the Debian packages {names}, and only root with apt-get can install them"
        raise NotToBeHad(message)
    with _alone(), _replaced(_POLICY, "#!/bin/sh\nexit 101\n"):
        _apt_get("update")
        if any(name.startswith("postgresql") for name in wanted):
            _apt_get("install", "postgresql-common")
            with _replaced(_CLUSTER_DEFAULTS, "create_main_cluster = false\n"):
                _apt_get("install", *wanted)
        else:
            _apt_get("install", *wanted)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Wait for another checkout that is installing."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _replaced(file: Path, text: str) -> Iterator[None]:
    """Put `text` in place of a system file for a while, and what was there back again."""
    before = file.read_bytes() if file.exists() else None
    mode = file.stat().st_mode if file.exists() else 0o755
    file.write_text(text, encoding="ascii")
    file.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(before)
            file.chmod(mode)


def _apt_get(*arguments: str) -> None:
    command = ["apt-get", "--quiet", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    outcome = subprocess.run(
        [*command, *arguments],
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "DEBIAN_FRONTEND": "noninteractive"},
    )
    if outcome.returncode:
        words = " ".join(arguments)
        message = f"apt-get {words} failed:\n{outcome.stdout}"
        raise NotToBeHad(message)


def main(names: list[str]) -> int:
    """Install packages for ./dev; say why not, and return 69, where that is not possible."""
    try:
        install(names)
    except NotToBeHad as error:
        print(f"packages: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
