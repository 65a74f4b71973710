"""The door of docker-compose.yml: Debian's Caddy with this Caddyfile, and a purchase through its TLS."""

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.served import PASSWORD, ShopBehind, bare_environment
from tests.stack_servers import program_of

CADDYFILE = Path(__file__).parents[2] / "deploy" / "caddy" / "Caddyfile"


@pytest.fixture(scope="module")
def caddy() -> str:
    return program_of("caddy", "caddy")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Door:
    """Caddy on ports of its own, with its root in a folder of its own."""

    def __init__(self, folder, gateway: str) -> None:
        folder.mkdir()
        ports = {name: str(free_port()) for name in ("HTTPS_PORT", "HTTP_PORT", "LIVE_PORT")}
        homes = {name: str(folder / name) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        self.url = f"https://localhost:{ports['HTTPS_PORT']}"
        self.live = f"http://127.0.0.1:{ports['LIVE_PORT']}/live"
        self.root = folder / "XDG_DATA_HOME" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        self.log = folder / "caddy.log"
        with self.log.open("w") as stderr:
            self.process = subprocess.Popen(
                ["caddy", "run", "--config", CADDYFILE, "--adapter", "caddyfile"],
                env={"PATH": os.environ["PATH"], "GATEWAY": gateway} | ports | homes,
                stderr=stderr,
            )

    def is_open(self) -> bool:
        """Answer the health check of compose, and TLS too."""
        try:
            with self.client() as client:
                return httpx.get(self.live).status_code == client.get("/health").status_code == 200
        except (httpx.HTTPError, OSError):
            return False

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=ssl.create_default_context(cafile=self.root), timeout=30)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


@pytest.fixture
def behind(tmp_path):
    shop = ShopBehind(
        tmp_path,
        MICROMART_GATEWAY__BEHIND_PROXY="true",
        MICROMART_GATEWAY__WORKERS="2",
        MICROMART_GATEWAY__REQUESTS_PER_MINUTE="200",
    )
    yield shop
    shop.gateway.stop()


@pytest.fixture
def door(caddy, behind, tmp_path):
    door = Door(tmp_path / "caddy", f"127.0.0.1:{behind.gateway.port}")
    ends = time.monotonic() + 30
    try:
        while not door.is_open():
            assert time.monotonic() < ends, door.log.read_text()
            time.sleep(0.2)
        yield door
    finally:
        door.stop()


def test_the_file_is_valid_and_formatted_as_caddy_does(caddy, tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    checked, formatted = (
        subprocess.run([caddy, *words], env=environ, capture_output=True, text=True, check=False)
        for words in (("validate", "--config", CADDYFILE, "--adapter", "caddyfile"), ("fmt", CADDYFILE))
    )

    assert checked.returncode == 0, checked.stderr
    assert formatted.stdout == CADDYFILE.read_text()


def test_a_machine_with_nothing_but_the_address_buys_through_tls(behind, door, tmp_path):
    home = tmp_path / "elsewhere"
    home.mkdir()
    said = {"MICROMART_HOME": str(home), "MICROMART_SHOP__URL": door.url, "SSL_CERT_FILE": str(door.root)}

    def micromart(*words: str, typed: str = "") -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "micromart_cli", *words, "--json"],
            env=bare_environment() | said,
            cwd=home,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    behind.has_a_customer("ann")
    sku = micromart("product", "list")["items"][0]["sku"]
    micromart("cart", "add", sku)
    micromart("auth", "login", "--username", "ann", "--password-stdin", typed=PASSWORD)
    placed = micromart("checkout", "--yes")

    assert placed["lines"][0]["sku"] == sku
    assert behind.sold() == 1


def test_live_changes_come_through_at_once(door):
    with door.client() as client, client.stream("GET", "/v1/changes", headers={"X-Cart-Secret": "a" * 43}) as told:
        lines = told.iter_lines()

        assert told.headers["content-type"].startswith("text/event-stream")
        assert next(line for line in lines if line.startswith("data:"))


def test_what_a_client_says_of_its_address_is_not_believed(door):
    """A limit counts the address that Caddy sees, however often another one is claimed."""
    with door.client() as client:
        codes = [
            client.get("/v1/shop", headers={"X-Forwarded-For": f"198.51.100.{number % 250}"}).status_code
            for number in range(450)  # two workers, each of which counts by itself
        ]

    assert codes[0] == 200
    assert 429 in codes  # not the last one, which a new minute may let through
