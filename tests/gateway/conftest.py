"""A gateway that is a process of its own, on the demo shop of a home of its own."""

import os
import re
import signal
import subprocess
import sys
import time

import httpx
import pytest


class GatewayProcess:
    def __init__(self, folder, **settings: str) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
        self.log = folder / "gateway.log"
        self._stderr = self.log.open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "micromart_daemon.main", "gateway", "--listen", "127.0.0.1:0"],
            env=environ | {"MICROMART_HOME": str(folder / "home")} | settings,
            cwd=folder,
            stderr=self._stderr,
        )
        self.port = self._port()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def _port(self) -> int:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"answers on 127\.0\.0\.1:(\d+)", self.log.read_text())
            if found:
                return int(found[1])
            time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def post(self, operation: str, headers=None, **arguments) -> httpx.Response:
        return self.client.post(f"/v1/{operation}", json=arguments, headers=headers)

    def stop(self) -> int:
        self.client.close()
        self._stderr.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


@pytest.fixture
def start(tmp_path):
    """A function that starts a gateway under settings of its own."""
    started = []

    def start(**settings: str) -> GatewayProcess:
        started.append(GatewayProcess(tmp_path, **settings))
        return started[-1]

    yield start
    for gateway in started:
        gateway.stop()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """One gateway for the stories of a file that leave it as it was."""
    gateway = GatewayProcess(tmp_path_factory.mktemp("gateway"))
    yield gateway
    gateway.stop()
