"""A drill: simulated shoppers race for a few products in a copy of the shop, and every promise is looked at."""

import random
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from msgspec import Struct

from micromart_core.bootstrap import Shop, open_shop
from micromart_core.clock import stopwatch
from micromart_core.errors import Refused
from micromart_core.inventory.model import Reason
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.maintenance.drill_checks import check_at_rest, check_in_motion
from micromart_core.maintenance.drill_copy import Ground, copied
from micromart_core.maintenance.drill_notes import Found, Notes
from micromart_core.maintenance.drill_report import Drill, DrilledCopy, figures_of, latency_of
from micromart_core.maintenance.drill_shopper import Goods, Shopper
from micromart_core.products.model import ProductFilter
from micromart_core.products.service import list_products, show_products
from micromart_core.settings import Settings
from micromart_core.shop_facts import show_shop

Tell = Callable[[float, int], None]
"""Is told the seconds that have passed and the operations that were done, ten times a second."""
_HOT = 3
"""How many products everybody wants."""
_LOOKS_EVERY, _TELLS_EVERY = 0.5, 0.1
"""Seconds."""
_SCARCE, _DELIVERED = 2, 10
"""Units of a hot product at which the stockkeeper brings more, and how many."""
_SETTLES_AT_MOST = 1_000
"""Rounds of delivering events; each takes in many."""


class NothingForSale(Refused):
    """The shop has nothing that shoppers could race for."""

    code = "drill.nothing_for_sale"

    def __init__(self) -> None:
        super().__init__(
            "Nothing in this shop can be bought.",
            why="no published product is in stock",
            hint="micromart db seed --demo",
        )


class Plan(Struct, frozen=True):
    """How many shoppers come, for how many seconds, and the seed of what they do."""

    shoppers: int
    seconds: float
    seed: int


def run_drill(settings: Settings, plan: Plan, tell: Tell, folder: Path, *, to: str | None, keep: bool) -> Drill:
    """Copy the shop that `settings` name, let shoppers in, and return how it went; the shop itself is only read.

    What the drill writes is in the folder, which is the caller's to remove unless `keep`, and in the database `to`.
    Ctrl-C while shoppers are in ends the drill early and in good order. Raise NothingForSale, TargetNotEmpty.
    """
    ground = copied(settings, folder, to=to, keep=keep)
    with closing(_open(ground)) as shop:
        crowd = _Crowd(ground, shop, plan)
        is_whole = crowd.watch(plan.seconds, tell)
        return crowd.report(plan, ground, interrupted=not is_whole)


class _Crowd:
    """The shoppers, each with a door and a connection of their own, and the stockkeeper who looks after it all."""

    def __init__(self, ground: Ground, shop: Shop, plan: Plan) -> None:
        self._shop, self._notes, self._closing = shop, Notes(), Event()
        self._goods, self._since = _goods_of(shop), shop.operator().run(show_shop).now
        chances = [random.Random(f"{plan.seed}-{number}") for number in range(plan.shoppers)]  # noqa: S311  # no secret
        self._shoppers = [Shopper(_open(ground), self._goods, chance, self._closing) for chance in chances]
        lives = [self._keep_stock, *(shopper.live for shopper in self._shoppers)]
        self._threads = [Thread(target=life, name="drill", daemon=True) for life in lives]
        self._seconds = 0.0

    def watch(self, seconds: float, tell: Tell) -> bool:
        """Let them in until the time is over; False when Ctrl-C came first. Nobody is in the shop afterwards."""
        began = stopwatch()
        try:
            for thread in self._threads:
                thread.start()
            while stopwatch() - began < seconds:
                tell(stopwatch() - began, sum(notes.count for notes in self._all_notes()))
                self._closing.wait(_TELLS_EVERY)
        except KeyboardInterrupt:
            return False
        finally:
            self._send_home()
            self._seconds = max(stopwatch() - began, _TELLS_EVERY)
        return True

    def report(self, plan: Plan, ground: Ground, *, interrupted: bool) -> Drill:
        """Let everything come to rest, look at every promise once more, and sum up."""
        self._settle()
        notes = self._all_notes()
        acknowledged = {order for each in notes for order in each.orders}
        at_rest = check_at_rest(self._shop, self._since, acknowledged)
        found = tuple(dict.fromkeys([*at_rest, *(each for note in notes for each in note.found)]))
        operations = sum(each.count for each in notes)
        return Drill(
            violations=len(found),
            operations=operations,
            throughput=round(operations / self._seconds, 1),
            latency_ms=latency_of(notes),
            shoppers=plan.shoppers,
            seconds=round(self._seconds, 1),
            seed=plan.seed,
            interrupted=interrupted,
            copied=DrilledCopy(ground.source, ground.to, len(self._goods.all), ground.kept),
            by_operation=figures_of(notes, self._seconds),
            found=found,
        )

    def _all_notes(self) -> list[Notes]:
        return [self._notes, *(shopper.notes for shopper in self._shoppers)]

    def _send_home(self) -> None:
        self._closing.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _keep_stock(self) -> None:
        """Bring more of what is nearly sold out, so that the race goes on, and look at the promises meanwhile."""
        while not self._closing.wait(_LOOKS_EVERY):
            try:
                self._notes.time("check_promises", self._look)
            except Exception as error:  # noqa: BLE001  # whatever it is, the owner must read of it
                self._notes.found.append(Found("a refusal is told, never a bug", f"{type(error).__name__}: {error}"))

    def _look(self) -> None:
        self._restock()
        self._notes.found += check_in_motion(self._shop, self._since)

    def _restock(self) -> None:
        operator = self._shop.operator()
        for product in operator.run(show_products, tuple(each.sku for each in self._goods.hot)):
            if product.stock.available <= _SCARCE:
                self._notes.ask(operator, adjust_stock, product.sku, _DELIVERED, Reason("delivery"))

    def _settle(self) -> None:
        for _ in range(_SETTLES_AT_MOST):
            if not self._shop.delivery.drain(older_than=timedelta(seconds=-1)):
                return


def _open(ground: Ground) -> Shop:
    return open_shop(ground.settings, ground.folder)


def _goods_of(shop: Shop) -> Goods:
    products = shop.operator().run(list_products, ProductFilter(in_stock=True)).items
    if not products:
        raise NothingForSale
    return Goods(products, products[:_HOT])
