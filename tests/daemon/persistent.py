"""People who ask again while they are told that a server is away: shoppers at the gateway, a newcomer at the CLI."""

import json
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from micromart_core.carts.service import set_quantity
from micromart_core.errors import TryAgain, Unavailable
from micromart_core.inventory.model import Sku
from micromart_core.orders.service import place_order
from tests.conftest import ShopUnderTest
from tests.daemon.process import ROOT, eventually
from tests.daemon.served import TEA, Served

AWAY = (69, 75)
GIVES_UP_AFTER = 90.0
PASSWORD = "a lighthouse keeper's lamp"


def insist(act):
    """Ask until there is an answer."""
    ends = time.monotonic() + GIVES_UP_AFTER
    while True:
        try:
            return act()
        except (Unavailable, TryAgain):
            assert time.monotonic() < ends, "nobody ever answered"
            time.sleep(0.1)


@dataclass
class Shopper:
    """Buys one thing after another until told to stop; keeps the numbers of the orders that were acknowledged."""

    shop: ShopUnderTest
    name: str
    numbers: list[str] = field(default_factory=list)
    failed: Exception | None = None

    def begin(self, stop: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=self._shop_until, args=(stop,), daemon=True)
        thread.start()
        return thread

    def _shop_until(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                self.numbers.append(self._buys(f"{self.name}-{len(self.numbers)}"))
                stop.wait(0.1)
        except Exception as error:
            self.failed = error
            raise

    def _buys(self, key: str) -> str:
        door = self.shop.shopper(self.name)
        insist(lambda: door.run(set_quantity, Sku(TEA), 1))
        return insist(lambda: door.under(idempotency_key=key).run(place_order)).number


class Newcomer:
    """Somebody with an empty home and the command line alone."""

    def __init__(self, served: Served, name: str) -> None:
        self.served, self.name = served, name
        self.env = {**served.env, "MICROMART_HOME": str(served.folder / name)}

    def __call__(self, *words: str, stdin: str = "", also: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Type a verb, again and again while a server is away; its end must be 0, or one of `also`."""
        ends = time.monotonic() + GIVES_UP_AFTER
        while (ran := self._types(words, stdin)).returncode in AWAY:
            assert time.monotonic() < ends, ran.stderr
            time.sleep(0.2)
        assert ran.returncode in (0, *also), (words, ran.stderr)
        assert "Traceback" not in ran.stderr
        return ran

    def buys_something(self, sku: str) -> str:
        """Fill a cart, register, verify, sign in, order; return the order's number."""
        address = f"{self.name}@example.org"
        self("cart", "add", sku)
        self("auth", "register", "--username", self.name, "--email", address, "--password-stdin", stdin=PASSWORD)
        # 4: the answer to the first try was lost, and a code works once
        self("auth", "verify", eventually(lambda: self._code(address), GIVES_UP_AFTER), also=(4,))
        self("auth", "login", "--username", self.name, "--password-stdin", stdin=PASSWORD)
        where = ("--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")
        self("address", "add", "--name", self.name, *where)
        order = json.loads(self("checkout", "--idempotency-key", "k1", "--json").stdout)
        assert json.loads(self("checkout", "--idempotency-key", "k1", "--json").stdout)["number"] == order["number"]
        return order["number"]

    def _types(self, words: tuple[str, ...], stdin: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "micromart_cli", *words]
        return subprocess.run(
            line, env=self.env, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120, check=False
        )

    def _code(self, address: str) -> str | None:
        found = [
            re.search(r"^code: (\S+)\s*$", letter.get_body(("plain",)).get_content(), re.MULTILINE)
            for letter in self.served.letters()
            if letter["To"] == address
        ]
        codes = [match[1] for match in found if match]
        return codes[-1] if codes else None
