"""Processes that outlive us, known again by their id and the moment they started."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_POLL_SECONDS = 0.05
_STATE, _START_TIME = 0, 19  # fields of /proc/PID/stat after the name of the program


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Return True as soon as it is so, False when `seconds` have passed before."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


@dataclass(frozen=True, slots=True)
class Process:
    """One process; another one that got the same id later is not it."""

    pid: int
    started: str

    @classmethod
    def running_as(cls, pid: int) -> Self | None:
        """Return the process that has this id now, if there is one."""
        started = _start_time(pid)
        return None if started is None else cls(pid, started)

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """Return the process noted in `file` if it still runs."""
        try:
            pid, started = file.read_text(encoding="ascii").split()
        except (FileNotFoundError, ValueError):
            return None
        process = cls(int(pid), started)
        return process if process.is_alive() else None

    def write(self, file: Path) -> None:
        """Note it in `file`, for `read`."""
        file.write_text(f"{self.pid} {self.started}\n", encoding="ascii")

    def is_alive(self) -> bool:
        """Tell whether it still runs; one that ended and waits for its parent does not."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return _start_time(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            if self.is_alive():
                os.kill(self.pid, number)

    def end(self, gently: signal.Signals, patience: float = 30) -> None:
        """Ask it to end and return when it has; who is not gone after `patience` seconds is killed."""
        self.send(gently)
        if wait_until(lambda: not self.is_alive(), patience):
            return
        self.send(signal.SIGKILL)
        wait_until(lambda: not self.is_alive(), patience)


def processes_in(folder: Path) -> list[Process]:
    """List the processes whose working directory is `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder:
                found.append(Process.running_as(int(entry.name)))
    return [process for process in found if process]


def processes_with(variable: str, value: str) -> list[Process]:
    """List the processes that were begun with `value` in this environment variable."""
    wanted = f"{variable}={value}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(Process.running_as(int(entry.name)))
    return [process for process in found if process]


def _start_time(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[_STATE] in "ZX" else fields[_START_TIME]
