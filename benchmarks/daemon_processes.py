"""Programs of the shop as real processes, with settings of their own and their log in a file each."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from micromart_core.settings import Settings

MICROMARTD = str(Path(sys.executable).with_name("micromartd"))
_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM, _PAGES = 11, 12, 21  # fields of /proc/PID/stat after the name of the program
_GRACE_SECONDS, _PATIENCE = 20, 120


class NeverAnswered(Exception):
    """A program that was begun did not say where it answers; the end of its log."""


class Daemon(Struct, frozen=True):
    """One running program."""

    process: subprocess.Popen[bytes]
    log: Path

    def cpu_seconds(self) -> float:
        """CPU it has used since it began, user and system."""
        fields = self._stat()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS

    def megabytes(self) -> float:
        """Memory it holds now."""
        return int(self._stat()[_PAGES]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def port(self) -> int:
        """Wait until it says in its log where it answers."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            if found := re.search(r"answers on 127\.0\.0\.1:(\d+)", self.log.read_text()):
                return int(found[1])
            time.sleep(0.05)
        raise NeverAnswered(self.log.read_text()[-500:])

    def _stat(self) -> list[str]:
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()


@contextmanager
def running(words: Sequence[str], environment: Mapping[str, str], logs: Sequence[Path]) -> Iterator[list[Daemon]]:
    """Run a program once for each log, what it says added to that file, and end all in good order."""
    begun: list[Daemon] = []
    try:
        # A generator, not a list: who was begun before another failed is in `begun` already, and ended too.
        begun.extend(Daemon(_begin(words, environment, log), log) for log in logs)
        yield begun
    finally:
        for each in begun:
            each.process.send_signal(signal.SIGTERM)
        for each in begun:
            each.process.wait(_GRACE_SECONDS)


@contextmanager
def running_daemons(
    settings: Settings,
    log_file: Path,
    count: int,
    *,
    roles: str = "relay,consumer,sweeper,mail",
    log_level: str = "warning",
) -> Iterator[list[Daemon]]:
    """Run daemons for a while, their log added to one file, and end them in good order."""
    words = [MICROMARTD, "run", "--roles", roles, "--listen", ""]
    environment = _environment(settings) | {"MICROMART_DAEMON__LOG_LEVEL": log_level}
    with running(words, environment, [log_file] * count) as daemons:
        yield daemons


def without_settings() -> dict[str, str]:
    """Return the environment of this process without a setting of a shop."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}


def _begin(words: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as told:
        return subprocess.Popen(words, env=environment, stdout=told, stderr=told)


def _environment(settings: Settings) -> dict[str, str]:
    return without_settings() | {
        "MICROMART_DATABASE__URL": settings.database.url,
        "MICROMART_BROKER__URL": settings.broker.url,
        "MICROMART_MAIL__URL": settings.mail.url,
    }
