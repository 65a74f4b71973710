"""A day of a shop, whose log rsyslog brings to a real Elasticsearch."""

import asyncio
import json
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from micromart_core.bootstrap_remote import open_remote_shop
from micromart_core.carts.service import add_units
from micromart_core.errors import Refused
from micromart_core.home import Home
from micromart_core.ids import new_trace_id
from micromart_core.inventory.model import Sku
from micromart_core.orders.service import place_order
from micromart_core.settings import Settings
from tests.daemon.process import eventually
from tests.elk.elasticsearch import Asked
from tests.served import PASSWORD, ShopBehind, bare_environment
from tests.ssh.conftest import SshProcess
from tests.stack_servers import stack_of_its_own

TEMPLATE = Path(__file__).parents[2] / "deploy" / "elk" / "index-template.json"
PATIENCE = 90.0
LONG_ENOUGH = ("MINUTES", "LIMIT_MINUTES")
"""A buyer who types needs holds that last longer than those of the rest of the day."""
MUG, BREW = Sku("NM-001"), Sku("CB-250")


class Day:
    """The shop, what was done in it, and where its log arrived."""

    def __init__(self, stack, folder: Path) -> None:
        self.stack, self.folder = stack, folder
        stack.start("elasticsearch", "shipper")
        told = stack.settings("elasticsearch", "shipper")
        self.asked = Asked(told["MICROMART_STACK_ELASTICSEARCH_URL"])
        self.asked.put_template(TEMPLATE.read_text())
        self.logs = Path(told["MICROMART_STACK_LOGS"])
        self.settings = {
            "MICROMART_DAEMON__LOG_FOLDER": str(self.logs),
            "MICROMART_DAEMON__LISTEN": "",
            "MICROMART_DAEMON__NICENESS": "0",
            "MICROMART_HOLDS__MINUTES": "0.05",
            "MICROMART_HOLDS__LIMIT_MINUTES": "0.05",
            "MICROMART_CHECKOUT__REQUIRE_ADDRESS": "false",
            "MICROMART_REDIS__URL": "redis://:canary@127.0.0.1:1/0",
        }

    def passes(self) -> None:
        """Ann buys twice, by her storefront and by ssh; a guest forgets a cart and wants too much; letters leave."""
        self.shop = shop = ShopBehind(self.folder, **self.settings)
        daemon = self.begins("run")
        try:
            shop.has_a_customer("ann")
            self.order, self.trace = self._buys(shop.url)
            self._forgets(shop.url)
            self.number_by_ssh = asyncio.run(self._buys_by_ssh())
            self.trace_by_ssh = self._trace_of(self.number_by_ssh)
            traces = (self.trace, self.trace_by_ssh)
            eventually(lambda: self._told("cart.expired"), PATIENCE)
            eventually(lambda: all(self._told("notifications/send", trace) for trace in traces), PATIENCE)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(30)
            shop.gateway.stop()

    def begins(self, *words: str) -> subprocess.Popen:
        environ = bare_environment() | {"MICROMART_HOME": str(self.folder / "home")} | self.settings
        command = [sys.executable, "-m", "micromart_daemon.main", *words]
        return subprocess.Popen(command, env=environ, cwd=self.folder, stderr=subprocess.DEVNULL)

    def lines(self) -> list[dict]:
        """What was logged, by all programs; a line that is being written is none yet."""
        told = [line for file in sorted(self.logs.iterdir()) for line in file.read_text().splitlines(keepends=True)]
        return [json.loads(line) for line in told if line.endswith("\n")]

    def arrives(self) -> None:
        """Wait until every line of the log can be found."""
        eventually(lambda: not self.missing(), PATIENCE)

    def missing(self) -> set[tuple[str, str]]:
        """The lines that cannot be found yet, by their moment and message."""
        found = {(line["@timestamp"], line["message"]) for line in self.asked.find("*", 10_000)}
        return {(line["@timestamp"], line["message"]) for line in self.lines()} - found

    def _buys(self, url: str) -> tuple:
        """From another machine, as a storefront does: each key that is pressed is an intent with a trace."""
        home, trace = self.home("ann"), new_trace_id()
        with closing(open_remote_shop(url, home, Settings())) as shop:
            shop.sign_in_of(home).sign_in("ann", PASSWORD, "test", in_checkout=False)
            intent = replace(shop.person(), trace_id=trace)
            intent.run(add_units, BREW, 2)
            return intent.run(place_order), trace

    async def _buys_by_ssh(self) -> str:
        """By keys alone, as whoever types `ssh` and the shop's name; return the number of the order."""
        service = SshProcess(self.folder, **self.settings | {f"MICROMART_HOLDS__{name}": "10" for name in LONG_ENOUGH})
        try:
            async with service.connected() as line, service.window(line) as window:
                await window.sees("Cold Boot")
                window.press("\r")
                await window.sees("1 \N{MIDDLE DOT} $4.50")
                window.press("c")
                await window.sees("held for you")
                window.press("\r")
                await window.signs_in("ann", PASSWORD)
                await window.sees("1 Lamp Street")
                window.press("\r")
                await window.sees("a letter went to")
                return re.search(r"MM-[0-9A-Z]+", window.text)[0]
        finally:
            service.stop()

    def _trace_of(self, number: str) -> str:
        """The trace under which the log tells of an order."""
        placed = [line for line in self.lines() if line.get("event", {}).get("action") == "order.placed"]
        [trace] = [line["trace"]["id"] for line in placed if line["micromart"]["order"]["number"] == number]
        return trace

    def _forgets(self, url: str) -> None:
        with closing(open_remote_shop(url, self.home("guest"), Settings())) as shop:
            guest = shop.person()
            guest.run(add_units, MUG, 3)
            with pytest.raises(Refused):
                guest.run(add_units, BREW, 99)

    def home(self, name: str) -> Home:
        folder = self.folder / name
        return Home(folder / "config", folder / "data", folder / "state", folder / "cache")

    def _told(self, action: str, trace: str | None = None) -> bool:
        told = [line for line in self.lines() if line.get("event", {}).get("action") == action]
        return any(trace in (None, line["trace"]["id"]) for line in told)


@pytest.fixture(scope="package")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day")
    with stack_of_its_own(folder / "stack", "Elasticsearch and rsyslog") as stack:
        day = Day(stack, folder)
        with closing(day.asked.client):
            day.passes()
            day.arrives()
            yield day
