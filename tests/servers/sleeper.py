"""One process that is stopped (SIGSTOP) in the middle of its work, for the tests of frozen processes.

`write URL`: while one unit more lies on the shelf. `sweep URL`: when ended carts were freed and nothing is committed.
Woken by SIGCONT it goes on as if nothing had been; it writes how it ended.
"""

import os
import signal
import sys
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import select

from micromart_core.bootstrap import open_shop
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.operation import operation
from micromart_core.settings import DatabaseSettings, Settings
from micromart_core.transaction import Transaction

asleep = False


@operation("ops:run")
def write_and_sleep(tx: Transaction) -> int:
    """Put a unit on the shelf and freeze."""
    adjust_stock(tx, Sku("TEA-01"), 1, Reason("received"), None)
    sleep()
    return 1


@operation("ops:run")
def sweep_and_sleep(tx: Transaction) -> int:
    """Free ended carts and freeze."""
    swept = sweep_expired(tx)
    tx.connection.execute(select(1))  # right after many rows at once PostgreSQL does not count the idle time
    sleep()
    return swept


def sleep() -> None:
    """Freeze, the first time; what is run again goes on at once."""
    global asleep  # noqa: PLW0603
    if not asleep:
        asleep = True
        sys.stdout.write("asleep\n")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    settings = replace(Settings(), database=DatabaseSettings(url=sys.argv[2], timeout_seconds=1))
    shop = open_shop(settings, Path.cwd())
    what = {"write": write_and_sleep, "sweep": sweep_and_sleep}[sys.argv[1]]
    sys.stdout.write(f"{shop.operator().run(what)}\n")
    shop.close()
