"""Daemons as real processes, with the settings of a shop and their log in a file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from micromart_core.settings import Settings

_MICROMARTD = str(Path(sys.executable).with_name("micromartd"))
_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM, _PAGES = 11, 12, 21  # fields of /proc/PID/stat after the name of the program
_GRACE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Daemon:
    """One running daemon."""

    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """CPU it has used since it began, user and system."""
        fields = self._stat()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS

    def megabytes(self) -> float:
        """Memory it holds now."""
        return int(self._stat()[_PAGES]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def _stat(self) -> list[str]:
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()


@contextmanager
def running_daemons(
    settings: Settings,
    log_file: Path,
    count: int,
    *,
    roles: str = "relay,consumer,sweeper,mail",
    log_level: str = "warning",
) -> Iterator[list[Daemon]]:
    """Run daemons for a while, their log added to a file, and end them in good order."""
    words = [_MICROMARTD, "run", "--roles", roles, "--listen", ""]
    environment = _environment(settings) | {"MICROMART_DAEMON__LOG_LEVEL": log_level}
    with log_file.open("ab") as log:
        begun = [subprocess.Popen(words, stdout=log, stderr=log, env=environment) for _ in range(count)]
        try:
            yield [Daemon(process) for process in begun]
        finally:
            for process in begun:
                process.send_signal(signal.SIGTERM)
            for process in begun:
                process.wait(_GRACE_SECONDS)


def _environment(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
    return kept | {
        "MICROMART_DATABASE__URL": settings.database.url,
        "MICROMART_BROKER__URL": settings.broker.url,
        "MICROMART_MAIL__URL": settings.mail.url,
    }
