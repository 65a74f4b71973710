"""What a screen hears when somebody else does something in the same process."""

import threading

import pytest

from micromart_core.carts.service import clear_cart, extend_hold, set_quantity
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.changes import MOST_KEYS, Board, Change, Topic, in_few_words
from micromart_core.errors import Refused
from micromart_core.inventory.model import OutOfStock, Reason, Sku
from micromart_core.inventory.service_evictions import release_hold
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.notifications.service import list_mails, resend_mail
from micromart_core.notifications.service_sending import claim_due_mail, note_dead
from micromart_core.orders.service_moves import cancel_order, pack_order
from micromart_core.products.model import ProductChanges
from micromart_core.products.service_edit import archive_product, update_product
from micromart_core.pulse import EveryFewSeconds
from micromart_core.users.service import set_profile
from tests.core.order_stories import MUG, TEA, buys, lives_at
from tests.ear import Ear


@pytest.fixture
def ear(easy):
    """Hears everything that happens in a shop with tea and mugs."""
    with Ear(easy.shop.changes()) as ear:
        yield ear


def test_a_hold_is_heard_with_its_product_and_its_cart(easy, ear):
    cart = easy.shopper("ann").run(set_quantity, TEA, 1)

    ear.hears("stock", TEA)
    ear.hears("carts", cart.id)


def test_giving_back_and_holding_on_are_heard(easy, ear):
    cart = easy.shopper("ann").run(set_quantity, TEA, 1)
    ear.hears("carts")
    ear.forgets()

    easy.shopper("ann").run(extend_hold)
    ear.hears("carts", cart.id)
    assert "stock" not in ear.topics()
    easy.shopper("ann").run(clear_cart)
    ear.hears("stock", TEA)


def test_a_sweep_tells_of_every_product_and_every_cart_it_frees(easy, ear, clock):
    carts = [easy.shopper(name).run(set_quantity, sku, 1).id for name, sku in (("ann", TEA), ("bob", MUG))]
    clock.advance(minutes=11)
    ear.hears("stock", MUG)
    ear.forgets()

    easy.operator().run(sweep_expired)

    for cart in carts:
        ear.hears("carts", cart)
    ear.hears("stock", TEA)
    ear.hears("stock", MUG)


def test_an_ended_hold_that_another_shopper_takes_over_is_heard_for_both_carts(easy, ear, clock):
    ended = easy.shopper("ann").run(set_quantity, TEA, 5).id
    clock.advance(minutes=11)
    ear.hears("stock", TEA)
    ear.forgets()

    taken = easy.shopper("bob").run(set_quantity, TEA, 5).id

    ear.hears("carts", ended)
    ear.hears("carts", taken)


def test_staff_are_heard(easy, ear):
    cart = easy.shopper("ann").run(set_quantity, TEA, 1)
    ear.hears("carts", cart.id)
    ear.forgets()

    easy.staff().run(release_hold, str(cart.id), None, Reason("damage"))
    ear.hears("carts", cart.id)
    ear.hears("stock", TEA)
    easy.staff().run(adjust_stock, MUG, 3, Reason("delivery"))
    ear.hears("movements", MUG)
    easy.staff().run(update_product, MUG, ProductChanges(name="Big mug"))
    assert ear.hears("products") == MUG


def test_a_recall_is_heard_as_product_stock_and_cart(easy, ear):
    cart = easy.shopper("ann").run(set_quantity, TEA, 1)
    ear.hears("carts", cart.id)
    ear.forgets()

    easy.staff().run(archive_product, TEA, recall=True)

    ear.hears("products", TEA)
    ear.hears("stock", TEA)
    ear.hears("carts", cart.id)


def test_an_order_is_heard_with_all_that_it_moves_and_all_that_follows(easy, ear):
    order = buys(easy.shopper("ann"), TEA)

    ear.hears("orders", order.id)
    ear.hears("stock", TEA)
    ear.hears("movements", TEA)
    ear.hears("carts")
    ear.hears("events", "order.placed")
    ear.hears("users", order.user_id)  # its handlers follow in transactions of their own
    ear.hears("mails", f"{order.id}/order-confirmation")


def test_moves_of_an_order_are_heard(easy, ear):
    order = buys(easy.shopper("ann"), TEA)
    ear.hears("mails")
    ear.forgets()

    easy.staff().run(pack_order, order.number)
    ear.hears("orders", order.id)
    ear.forgets()
    easy.staff().run(cancel_order, order.number)
    ear.hears("stock", TEA)


def test_what_becomes_of_a_letter_is_heard(easy, ear):
    buys(easy.shopper("ann"), TEA)
    letter = easy.staff().run(list_mails).items[0]
    ear.hears("mails", letter.id)
    ear.forgets()

    claimed = easy.operator().run(claim_due_mail)
    easy.operator().run(note_dead, claimed.mail_id, claimed.attempt, "550 no such user")
    ear.hears("mails", letter.id)
    again = easy.staff().run(resend_mail, letter.id)
    ear.hears("mails", again.id)


def test_a_change_of_a_profile_is_heard(shop):
    lives_at(shop, "ann")

    with Ear(shop.shop.changes()) as ear:
        shop.shopper("ann").run(set_profile, name="Ann Again")
        ear.hears("users", "usr_ann")


def test_nothing_is_heard_of_what_did_not_happen(easy):
    with Ear(easy.shop.changes()) as ear:
        easy.shopper("ann").under(dry_run=True).run(set_quantity, TEA, 1)
        with pytest.raises(OutOfStock):
            easy.shopper("ann").run(set_quantity, MUG, 6)
        with pytest.raises(Refused):
            easy.staff().run(adjust_stock, MUG, -9, Reason("damage"))
        easy.staff().run(update_product, TEA, ProductChanges(name="Good tea"))

        ear.hears("products", TEA)
        assert ear.topics() <= {"products", "events", "*"}


def test_of_very_many_it_is_told_that_something_changed_and_not_what():
    many = {Change(Topic.STOCK, f"tea-{number}") for number in range(MOST_KEYS + 1)}

    assert in_few_words({*many, Change(Topic.ORDERS, "ord_1")}) == {Change("stock"), Change("orders", "ord_1")}


def test_a_screen_that_does_not_come_round_to_it_keeps_few_words_and_each_once():
    board = Board()
    listening = board.listen(EveryFewSeconds())
    for number in range(10 * MOST_KEYS):
        board.tell(frozenset({Change(Topic.STOCK, f"tea-{number}"), Change(Topic.ORDERS, "ord_1")}))

    waiting = [next(listening) for _ in range(len(listening._news))]
    listening.close()

    assert len(waiting) <= MOST_KEYS
    assert waiting.count(Change(Topic.ORDERS, "ord_1")) == 1
    assert Change(Topic.STOCK) in waiting
    assert list(listening) == []


def test_closing_from_elsewhere_lets_a_waiting_screen_go(shop):
    with Ear(shop.shop.changes()) as ear:
        pass
    assert not ear.thread.is_alive()


def test_whoever_stops_listening_leaves_nothing_behind(shop):
    threads = threading.active_count()
    for _ in range(50):  # more than a pool has connections
        with Ear(shop.shop.changes()):
            pass

    assert threading.active_count() == threads
    assert not shop.shop._board.has_listeners


def test_a_commit_of_another_process_is_noticed_without_any_server(shop):
    shop.stocks("tea-01", on_hand=1)
    with Ear(shop.shop.changes()) as ear:
        ear.forgets()
        shop.again().shopper("ann").run(set_quantity, Sku("tea-01"), 1)
        ear.hears("*")
