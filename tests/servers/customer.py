"""One process of customers for the tests of faults: waits for the starting gun, acts, writes what it was told as JSON.

`buy_one_each URL GUN PROCESSES NAME..`: each of these people takes one unit and orders it; all in so many processes.
`buy_until_told URL GUN NAME ORDERS`: one person places orders one after another; what is unsure is asked again.
"""

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from micromart_core.bootstrap import Shop, open_shop
from micromart_core.caller import Caller, UserId
from micromart_core.carts.service import set_quantity
from micromart_core.errors import MicroMartError, TryAgain, Unavailable
from micromart_core.gateway import LocalGateway
from micromart_core.identity import KnownCaller
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_levels import show_level
from micromart_core.orders.service import place_order
from micromart_core.permissions import Role, permissions_of
from micromart_core.settings import CheckoutSettings, DatabaseSettings, Settings

SKU = Sku("TEA-01")
TIMEOUT = 2
GIVES_UP_AFTER = 60.0


def open_for(url: str) -> Shop:
    settings = replace(
        Settings(),
        database=DatabaseSettings(url=url, timeout_seconds=TIMEOUT if url.startswith("postgresql") else 10),
        checkout=CheckoutSettings(require_address=False),
    )
    return open_shop(settings, Path.cwd())


def door_of(shop: Shop, name: str) -> LocalGateway:
    shopper = permissions_of(frozenset({Role.SHOPPER}))
    caller = Caller(name, shopper, UserId(f"usr_{name}"), f"{name}@example.org", signed_in=True)
    return shop.gateway(KnownCaller(caller))


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def wait_for(gun: str) -> None:
    while not Path(gun).exists():
        time.sleep(0.002)


def buy_one_each(url: str, gun: str, processes: str, *names: str) -> None:
    share = int(processes)
    children = [fork(lambda first=first: buy_in_turn(url, gun, names[first::share])) for first in range(share)]
    say(ready=True)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0


def fork(act: Callable[[], None]) -> int:
    """Do it in a process of its own, without importing everything once more."""
    child = os.fork()
    if child:
        return child
    try:
        act()
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


def buy_in_turn(url: str, gun: str, names: Sequence[str]) -> None:
    shop = open_for(url)
    wait_for(gun)
    for name in names:
        door = door_of(shop, name)
        try:
            door.run(set_quantity, SKU, 1)
            say(who=name, number=door.run(place_order).number)
        except MicroMartError as refusal:
            level = shop.operator().run(show_level, SKU)
            say(who=name, refused=refusal.code, free_then=level.available)
    shop.close()


def buy_until_told(url: str, gun: str, name: str, orders: str) -> None:
    shop = open_for(url)
    door = door_of(shop, name)
    say(ready=True)
    wait_for(gun)
    for number in range(int(orders)):
        key = f"{name}-{number}"
        until_told(key, lambda: door.run(set_quantity, SKU, 1))
        order = until_told(key, lambda key=key: door.under(idempotency_key=key).run(place_order))
        say(key=key, number=order.number)
    shop.close()


def until_told(key: str, act: Callable[[], Any]) -> Any:
    """Ask until there is an answer; say each time what it was and how long it took."""
    ends = time.monotonic() + GIVES_UP_AFTER
    while time.monotonic() < ends:
        began = time.monotonic()
        try:
            return act()
        except (Unavailable, TryAgain) as away:
            say(key=key, told=away.exit_code, code=away.code, seconds=time.monotonic() - began)
            time.sleep(0.1)
    raise TimeoutError(key)


if __name__ == "__main__":
    logging.getLogger("micromart").addHandler(logging.NullHandler())  # on stderr, only a traceback is expected
    {"buy_one_each": buy_one_each, "buy_until_told": buy_until_told}[sys.argv[1]](*sys.argv[2:])
