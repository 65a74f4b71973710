"""The story of the demo: a whole purchase, every step of it a real operation of a real shop."""

import re
import secrets

from micromart_cli.demo_stage import PROMPT, SHORT_HOLD_SECONDS, Person, Stage
from micromart_core.adapters.session_store import SessionStore, StoredSession
from micromart_core.cart_secret import cart_secret_of, renew_cart_secret
from micromart_core.carts.service import extend_hold, set_quantity, show_cart
from micromart_core.orders.model import Order
from micromart_core.orders.receipt import show_receipt
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import show_order
from micromart_core.products.model import Product, ProductFilter
from micromart_core.products.service import list_products, show_product
from micromart_core.users.service_addresses import add_address

_HERE = "demo"
_SHOWN = 6
_CODE = re.compile(r"code: (\S+)")


def play(stage: Stage) -> None:
    """Tell the whole story."""
    ada = stage.person("ada")
    _opening(stage)
    one, other = _ada_browses(stage, ada)
    _ada_fills_her_cart(stage, ada, one, other)
    _bob_lets_a_hold_run_out(stage, one)
    _ada_registers(stage, ada)
    order = _ada_orders(stage, ada)
    _the_letter_arrives(stage, ada, order)
    stage.says("That was MicroMart. The shop of this story is gone now; yours opens with micromart product list.")


def _opening(stage: Stage) -> None:
    stage.says(
        "A small shop has just been opened for this story. What you put in a cart there is really held for you, "
        f"and everybody can see the clock. A line after {PROMPT}is a command you can type yourself."
    )


def _ada_browses(stage: Stage, ada: Person) -> tuple[Product, Product]:
    stage.step("Ada looks around")
    stage.types(f"micromart product list --in-stock --limit {_SHOWN}")
    products = ada.door.run(list_products, ProductFilter(in_stock=True), limit=_SHOWN).items
    stage.lists(products)
    return products[0], products[1]


def _ada_fills_her_cart(stage: Stage, ada: Person, one: Product, other: Product) -> None:
    stage.step("She takes three things, and they are held for her")
    stage.types(f"micromart cart add {one.sku} --quantity 2", f"micromart cart add {other.sku}")
    ada.door.run(set_quantity, one.sku, 2)
    stage.shows(ada.door.run(set_quantity, other.sku, 1))


def _bob_lets_a_hold_run_out(stage: Stage, one: Product) -> None:
    bob = stage.person("bob", hold_seconds=SHORT_HOLD_SECONDS)
    stage.step("Bob comes by, and sees what is left")
    stage.types(f"micromart product show {one.sku}")
    before = bob.door.run(show_product, one.sku).stock
    stage.says(f"{before.on_hand} on the shelf, {before.held} held for Ada: {before.available} left for Bob.")
    stage.types(f"micromart cart add {one.sku}")
    bob.door.run(set_quantity, one.sku, 1)
    during = bob.door.run(show_product, one.sku).stock
    stage.says(
        f"He takes one, so {during.available} are left. Holds last ten minutes; to save you the wait, "
        f"Bob's lasts {SHORT_HOLD_SECONDS} seconds."
    )
    stage.counts_down(SHORT_HOLD_SECONDS)
    after = bob.door.run(show_product, one.sku).stock
    stage.says(f"His time is up: {after.available} are free again, and nobody had to tidy up. His cart remembers:")
    stage.shows(bob.door.run(show_cart))


def _ada_registers(stage: Stage, ada: Person) -> None:
    stage.step("Ada signs up; the letter with her code arrives")
    accounts = stage.shop.accounts
    password = secrets.token_urlsafe(18)
    stage.types("micromart auth register --username ada --email ada@example.org --password-stdin")
    accounts.register("ada", "ada@example.org", password, _HERE)
    letter = stage.newest_letter()
    stage.reads(letter)
    code = _CODE.search(letter)
    assert code is not None  # noqa: S101  # the letter of a registration has its line `code: ..`
    stage.types(f"micromart auth verify {code[1]}", "micromart auth login --username ada --password-stdin")
    accounts.verify(code[1], _HERE)
    signed_in = accounts.sign_in("ada", password, _HERE, cart_secret=cart_secret_of(ada.home))
    SessionStore(ada.home).save(StoredSession("ada", signed_in.profile.issuer, signed_in.token))
    renew_cart_secret(ada.home)
    stage.says("Signed in, and the cart came along: still held, now Ada's.")


def _ada_orders(stage: Stage, ada: Person) -> Order:
    stage.step("She says where it goes, and orders")
    where = '--name "Ada Lovelace" --line1 "12 Analytical Row" --city London --postcode "NW1 6XE" --country GB'
    stage.types(f"micromart address add {where}", "micromart cart extend")
    ada.door.run(add_address, "Ada Lovelace", "12 Analytical Row", "London", "NW1 6XE", "GB")
    left = ada.door.run(extend_hold).seconds_left
    stage.says(f"On the way to the till everything is held a little longer, once: {left // 60}:{left % 60:02}.")
    stage.types("micromart checkout")
    order = ada.door.run(place_order)
    stage.shows(order)
    return order


def _the_letter_arrives(stage: Stage, ada: Person, order: Order) -> None:
    stage.step("A letter follows, and the receipt")
    letter = stage.newest_letter()
    status = ada.door.run(show_order, order.number).status
    stage.says(f"{order.number} is {status}, and its letter has left:")
    stage.reads(letter)
    stage.types(f"micromart order receipt {order.number}")
    stage.reads(ada.door.run(show_receipt, order.number).text)
