"""One daemon as its owner sees it: a process with a log, a window, and signals."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

PATIENCE = 30.0
ROOT = Path(__file__).parents[2]
AS_QUICK_AS_OTHERS = {"MICROMART_DAEMON__NICENESS": "0"}
"""Tests wait for a daemon; behind everybody else on a busy machine it would keep them waiting for long."""


def eventually(condition: Callable[[], object], patience: float = PATIENCE) -> object:
    """Wait until it is true and return what it says; fail when it never is."""
    ends = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)
    return found


class DaemonProcess:
    """`micromartd` as a process; its log is read as what it must be, a line of JSON each."""

    def __init__(self, words: Sequence[str], env: dict[str, str], log: Path) -> None:
        self.log_file = log
        with log.open("w") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'daemon'}", **AS_QUICK_AS_OTHERS, **env},
                stdout=stderr,
                stderr=stderr,
                cwd=log.parent,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def told(self) -> str:
        return self.log_file.read_text()

    def log(self) -> list[dict]:
        """Every whole line of the log."""
        return [json.loads(line) for line in self.told().splitlines(keepends=True) if line.endswith("\n")]

    def says(self, words: str, times: int = 1) -> None:
        """Wait until its log has told this so many times."""

        def heard() -> bool:
            assert self.process.poll() is None or self._tells(words) >= times, self.told()
            return self._tells(words) >= times

        eventually(heard)

    def _tells(self, words: str) -> int:
        return sum(words in line["message"] for line in self.log())

    def runs(self) -> "DaemonProcess":
        self.says("micromartd runs")
        return self

    @property
    def port(self) -> int:
        [start] = [line["message"] for line in self.log() if "micromartd runs" in line["message"]]
        return int(start.rpartition(":")[2])

    def get(self, path: str) -> tuple[int, str]:
        """What its window answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def health(self) -> dict[str, dict]:
        _, body = self.get("/health")
        return {item["check"]: item for item in json.loads(body)["items"]}

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self, patience: float = PATIENCE) -> int:
        return self.process.wait(timeout=patience)

    def stops(self) -> int:
        """Ask it to end, and say how it did."""
        self.send(signal.SIGTERM)
        return self.ends()

    def dies(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.dies()
