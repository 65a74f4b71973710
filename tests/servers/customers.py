"""Starts processes of customers, fires the gun and collects what they were told."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("customer.py")


class Customers:
    """Some processes of customer.py that begin at the same moment."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._gun = folder, folder / "gun"
        self._processes: list[subprocess.Popen] = []

    def come(self, story: str, url: str, *words: str) -> None:
        line = [sys.executable, str(SCRIPT), story, url, str(self._gun), *words]
        place = {"cwd": self.folder, "env": {**os.environ, "PYTHONPATH": str(Path.cwd())}}
        process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **place)
        self._processes.append(process)

    def begin(self) -> None:
        for process in self._processes:
            assert json.loads(process.stdout.readline()) == {"ready": True}
        self._gun.touch()

    def finish(self, patience: float = 60) -> list[dict]:
        """Wait for all; return what they said. A traceback of any of them fails the test."""
        said = []
        for process in self._processes:
            out, err = process.communicate(timeout=patience)
            assert process.returncode == 0, err
            assert err == ""
            said += [json.loads(line) for line in out.splitlines()]
        return said

    def leave(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
