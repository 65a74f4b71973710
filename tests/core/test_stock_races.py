"""Staff and shoppers at the same shelves at the same moment: nothing oversold, nothing lost, nobody deadlocked."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from micromart_core.carts.service import clear_cart, set_quantity, show_cart
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.errors import MicroMartError, NotFound, Refused, TryAgain
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.model_changes import Evict
from micromart_core.inventory.service_evictions import list_holds, release_hold
from micromart_core.inventory.service_import import import_good_rows, undo_import
from micromart_core.inventory.service_stock import adjust_stock, count_stock
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.settings import CartSettings, HoldSettings

pytestmark = [pytest.mark.slow, pytest.mark.alone]
SKUS = [Sku(f"S-{number}") for number in range(4)]
TEA = Sku("TEA-01")
COUNT, DAMAGE = Reason("count"), Reason("damage")
SHORT = HoldSettings(minutes=Decimal("0.005"), limit_minutes=Decimal("0.01"))
PATIENT = CartSettings(hoarding_pause_seconds=0)
SECONDS = 6


def shopper_acts(shop, dice, number):
    door = shop.guest(f"guest-{dice.randrange(12)}")
    if dice.random() < 0.1:
        door.run(clear_cart)
    else:
        door.run(set_quantity, dice.choice(SKUS), dice.randint(0, 4))


def clerk_acts(shop, dice, number):
    door, sku = shop.staff(f"clerk-{number}"), dice.choice(SKUS)
    evict = dice.choice([None, Evict.NEWEST])
    match dice.randrange(5):
        case 0:
            door.run(adjust_stock, sku, dice.choice([-6, -3, 3, 9]), DAMAGE, evict=evict)
        case 1:
            door.run(count_stock, sku, dice.randint(0, 14), COUNT, evict=evict)
        case 2:
            rows = "".join(f"{each},{dice.randint(1, 4) * dice.choice([-1, 1])},delivery\n" for each in SKUS)
            run = f"run-{number}-{dice.random()}"
            door.run(import_good_rows, f"sku,by,reason\n{rows}", run)
            door.run(undo_import, run)
        case 3:
            for hold in door.run(list_holds, limit=3).items:
                door.run(release_hold, hold.cart, dice.choice([None, hold.sku]), DAMAGE)
        case _:
            door.run(sweep_expired, 10)


def act_until(end, shop, number):
    dice, done, given_up = random.Random(number), 0, 0
    act = clerk_acts if number % 2 else shopper_acts
    while time.monotonic() < end:
        try:
            act(shop, dice, number)
            done += 1
        except (Refused, NotFound):
            done += 1
        except TryAgain:
            given_up += 1
    return done, given_up


def deadlocks_of(shop):
    if shop.database.is_sqlite:
        return 0
    time.sleep(1.2)  # the server collects its counts within a second
    return shop.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0].deadlocks


def test_eight_at_once_end_with_numbers_that_prove_themselves(live_shop):
    for sku in SKUS:
        live_shop.stocks(sku, on_hand=12)
    before = deadlocks_of(live_shop)
    shops = [live_shop.again(holds=SHORT, cart=PATIENT) for _ in range(2)]
    end = time.monotonic() + SECONDS

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda number: act_until(end, shops[number // 4], number), range(8)))

    for shop in shops:
        shop.close()
    done, given_up = (sum(column) for column in zip(*outcomes, strict=True))
    report = live_shop.staff().run(verify_stock)
    assert report.violations == ()
    assert deadlocks_of(live_shop) == before
    evicted = live_shop.rows("SELECT count(*) AS times FROM audit_trail WHERE action = 'stock.evict'")[0].times
    assert (done > 100, evicted > 0) == (True, True)
    assert given_up <= done // 100


def test_an_eviction_meets_shoppers_of_the_same_product(live_shop):
    live_shop.stocks(TEA, on_hand=40)
    names = [f"guest-{number}" for number in range(8)]
    for name in names:
        live_shop.guest(name).run(set_quantity, TEA, 5)
    other = live_shop.again()

    def change(name):
        for quantity in (4, 5, 3, 5):
            try:
                other.guest(name).run(set_quantity, TEA, quantity)
            except MicroMartError as error:
                assert isinstance(error, Refused | TryAgain)  # noqa: PT017  # a refusal is right, a bug is not

    with ThreadPoolExecutor(5) as threads:
        changes = [threads.submit(change, name) for name in names]
        level = live_shop.staff().run(count_stock, TEA, 10, COUNT, evict=Evict.NEWEST)
        for each in changes:
            each.result()
    other.close()

    assert level.on_hand == 10
    held = sum(live_shop.guest(name).run(show_cart).quantity_of(TEA) for name in names)
    assert live_shop.raw_stock(TEA) == (10, held)
    assert live_shop.staff().run(verify_stock).ok


def test_one_run_imported_by_eight_at_once_is_applied_once(live_shop):
    live_shop.stocks(TEA, on_hand=1)
    text = "sku,by,reason\nTEA-01,5,delivery\n"

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda n: live_shop.staff(f"s{n}").run(import_good_rows, text, "once"), range(8)))

    assert {result.applied for result in results} == {1}
    assert live_shop.raw_stock(TEA).on_hand == 6
