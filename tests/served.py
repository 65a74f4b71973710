"""Parts of `micromartd` as an owner runs them: processes of their own that say in their log where they answer."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from micromart_cli.letter_box import code_sent_to

ROOT = Path(__file__).parents[1]
PASSWORD = "correct horse battery"
ADDRESS = ("--name", "Ann", "--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")


def bare_environment() -> dict[str, str]:
    """What this process inherited, without any setting of the shop."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}


class ServedProcess:
    """One part on loopback, under these settings and no others."""

    def __init__(self, folder, part: str, *, program: str = "micromart_daemon.main", **settings: str) -> None:
        self.log = folder / f"{part}.log"
        self.settings = {"MICROMART_HOME": str(folder / "home")} | settings
        with self.log.open("w") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", program, part, "--listen", "127.0.0.1:0"],
                env=bare_environment() | self.settings | {"PYTHONPATH": str(ROOT)},
                cwd=folder,
                stderr=stderr,
            )
        self.port = self._port()

    def _port(self) -> int:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := re.search(r"answers on 127\.0\.0\.1:(\d+)", self.log.read_text()):
                return int(found[1])
            time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(15)


@contextmanager
def starting(part: type[ServedProcess], folder):
    """A function that starts such a part, under settings of its own each time; all of them end with the block."""
    started = []

    def start(*program: str, **settings: str):
        started.append(part(folder, *program, **settings))
        return started[-1]

    try:
        yield start
    finally:
        for each in started:
            each.stop()


class GatewayProcess(ServedProcess):
    """A gateway, and somebody who asks it."""

    def __init__(self, folder, **settings: str) -> None:
        super().__init__(folder, "gateway", **settings)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def post(self, operation: str, headers=None, **arguments) -> httpx.Response:
        return self.client.post(f"/v1/{operation}", json=arguments, headers=headers)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.client.close()
        return super().stop(number)


class ShopBehind:
    """The shop: its gateway, and what an owner does beside it."""

    def __init__(self, folder, **settings: str) -> None:
        self.home = folder / "home"
        self.gateway = GatewayProcess(folder, **settings)
        self.url = f"http://127.0.0.1:{self.gateway.port}"

    def micromart(self, *words: str, typed: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "micromart_cli", *words],
            env=bare_environment() | {"MICROMART_HOME": str(self.home)},
            cwd=self.home,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sold(self) -> int:
        """How many units have left the stock by orders, as its ledger has it."""
        with closing(sqlite3.connect(self.home / "data" / "shop.db")) as database:
            [[change]] = database.execute("SELECT sum(change) FROM stock_movements WHERE order_id IS NOT NULL")
        return -(change or 0)

    def has_a_customer(self, name: str) -> None:
        """Somebody who has registered, with an address, and is signed in nowhere."""
        mail = f"{name}@example.org"
        self.micromart("auth", "register", "--username", name, "--email", mail, "--password-stdin", typed=PASSWORD)
        self.micromart("auth", "verify", code_sent_to(self.home / "data" / "outbox", mail))
        self.micromart("auth", "login", "--username", name, "--password-stdin", typed=PASSWORD)
        self.micromart("address", "add", *ADDRESS)
        self.micromart("auth", "logout")
