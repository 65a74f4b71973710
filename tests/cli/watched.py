"""Processes of the command line, looked at while they run as anybody on the machine may, and what they leave."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.at_issuer import PATIENCE
from tests.home_elsewhere import HomeElsewhere

CHECKOUT = Path(__file__).parents[2]
SECRET = {"access_token", "refresh_token", "id_token", "token", "device_code", "code_verifier", "client_secret"}
_LONG_ENOUGH = 40


@dataclass
class Watched:
    """Runs verbs and keeps what `ps` showed of them, what they printed and what they said to the issuer."""

    env: dict[str, str]
    tap: Path
    elsewhere: HomeElsewhere
    seen: set[bytes] = field(default_factory=set)
    """Arguments and environments of the processes and all their children."""
    printed: list[bytes] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def start(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.cli.tapped", *words]
        env = {**self.env, "PYTHONPATH": str(CHECKOUT), "TAP": str(self.tap), **more}
        env |= self.elsewhere.asked(words, env)
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=CHECKOUT, env=env, **pipes)
        threading.Thread(target=self._watch, args=(process,), daemon=True).start()
        return process

    def finish(self, process: subprocess.Popen[bytes], expect: int = 0) -> bytes:
        out, err = process.communicate(timeout=PATIENCE)
        self.printed += [out, err]
        self.elsewhere.send_letters()
        assert process.returncode == expect, err.decode()[-2000:]
        return out

    def __call__(self, *words: str, expect: int = 0, **more: str) -> bytes:
        return self.finish(self.start(*words, **more), expect)

    def requests(self) -> list[dict]:
        return [json.loads(line) for line in self.tap.read_text().splitlines()]

    def secrets(self) -> dict[str, str]:
        """Every secret that was sent or answered, and of tokens each long part, with its kind."""
        told = [part for request in self.requests() for part in (request["form"], request["body"])]
        whole = {value: name for part in told for name, value in part.items() if name in SECRET and value}
        return whole | {part: name for value, name in whole.items() for part in _parts_of(value)}

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        pause = threading.Event()
        while process.poll() is None:
            for pid in _family(process.pid):
                self.seen |= {_read(f"/proc/{pid}/cmdline"), _read(f"/proc/{pid}/environ")}
            pause.wait(0.01)


def _parts_of(token: str) -> list[str]:
    """Its claims and its signature; the header names its key, and is no secret."""
    return [part for part in token.split(".")[1:] if len(part) > _LONG_ENOUGH]


def _family(pid: int) -> list[int]:
    children = [int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()]
    return [pid, *(each for child in children for each in _family(child))]


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError:
        return b""
