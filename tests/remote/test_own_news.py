"""What a person hears over the wire of their own order and its letter, and that the letter leaves."""

import pytest

from micromart_core.adapters.remote.gateway import RemoteGateway
from micromart_core.adapters.remote.news import News
from micromart_core.caller import Caller, UserId
from micromart_core.carts.service import set_quantity
from micromart_core.changes import ANYTHING, Change, Changes, Topic
from micromart_core.inventory.model import Sku
from micromart_core.notifications.model import MailStatus
from micromart_core.notifications.service import find_reader, list_order_mails
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import find_buyer
from micromart_core.permissions import Role, permissions_of
from micromart_core.settings import CheckoutSettings

TEA = Sku("TEA-01")
SHOPPERS = permissions_of(frozenset({Role.SHOPPER}))


@pytest.fixture
def door(shop):
    """A function that opens the gateway's door for somebody who has signed in."""
    shop.stocks(TEA, 9)
    easy = shop.again(checkout=CheckoutSettings(require_address=False))

    def open_for(name: str) -> RemoteGateway:
        user, email = UserId(f"usr_{name}"), f"{name}@example.org"
        caller = Caller(name, SHOPPERS, user_id=user, email=email, signed_in=True)
        credentials = easy.elsewhere.tokens.credentials_of(caller)
        return RemoteGateway(easy.elsewhere.wire, lambda: credentials)

    return open_for


@pytest.fixture
def listen():
    """A function that listens at a door, past the first word of a stream."""
    following = []

    def begin(door: RemoteGateway) -> Changes:
        following.append(news := News(door.wire, door.credentials))
        changes = news.listen()
        following.append(changes)
        assert next(changes) == ANYTHING
        return changes

    yield begin
    for each in following:
        each.close()


def test_the_letter_of_an_order_leaves_and_whoever_ordered_sees_it_go(door, listen):
    ann = door("ann")
    ann.run(set_quantity, TEA, 1)
    changes = listen(ann)

    order = ann.run(place_order)
    heard = set()
    while not {Change(Topic.ORDERS), Change(Topic.MAILS)} <= heard:
        heard.add(next(changes))
    while [mail.status for mail in ann.run(list_order_mails, order.id)] != [MailStatus.SENT]:
        assert next(changes)


def test_nobody_hears_of_an_order_of_somebody_else(shop, door, listen):
    ann, bob = door("ann"), door("bob")
    changes = listen(ann)

    bob.run(set_quantity, TEA, 1)
    order = bob.run(place_order)
    ann.run(set_quantity, TEA, 2)
    heard = []
    while Change(Topic.CARTS) not in heard:
        heard.append(next(changes))

    heard_of = {change.topic for change in heard}
    assert heard_of <= {Topic.STOCK, Topic.CARTS, Topic.ANYTHING}  # that anything changed, a file says at every beat
    assert shop.staff().run(find_buyer, order.id) == "usr_bob"
    letter = bob.run(list_order_mails, order.id)[0]
    assert shop.staff().run(find_reader, letter.id) == "usr_bob"
