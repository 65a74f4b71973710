from decimal import Decimal

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from micromart_core.orders.model import UnknownOrder
from micromart_core.orders.model_reports import ReceiptFormat
from micromart_core.orders.receipt import show_receipt
from micromart_core.orders.service import place_order
from micromart_core.orders.service_moves import pack_order, return_order, ship_order
from micromart_core.settings import ShopSettings
from tests.core.order_stories import MUG, TEA, buys, fills, lives_at, without_address

X = "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def easy(shop):
    easy = without_address(shop, shop=ShopSettings(shipping=Decimal("4.90"), tax_percent=Decimal(19)))
    easy.stocks(TEA, on_hand=50, price="4.50")
    easy.stocks(MUG, on_hand=50, price="1024.00")
    yield easy
    easy.close()


@pytest.fixture
def order(easy):
    lives_at(easy, "ann")
    ann = easy.shopper("ann")
    fills(ann, tea_01=2, nm_001=1)
    return ann.run(place_order, None, None, "ring twice")


def renames(shop, name):
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text("UPDATE order_lines SET name = :name"), {"name": name})
        opened.commit()


def test_a_receipt_says_what_was_bought_for_how_much(easy, order):
    receipt = easy.shopper("ann").run(show_receipt, order.number)

    assert receipt.order == order.number
    assert receipt.text.splitlines() == [
        "MicroMart" + "receipt".rjust(63),
        "━" * 72,
        "",
        order.number + "January 1, 2026".rjust(63),
        "placed, unpaid" + "ann@example.org".rjust(58),
        "",
        "  The NM-001",
        f"    1 {X} $1,024.00" + "$1,024.00".rjust(55),
        "  The TEA-01",
        f"    2 {X} $4.50" + "$9.00".rjust(59),
        "",
        "─" * 72,
        "  subtotal" + "$1,033.00".rjust(62),
        "  shipping" + "$4.90".rjust(62),
        "  of that, tax" + "$164.93".rjust(58),
        "  total" + "$1,037.90".rjust(65),
        "─" * 72,
        "",
        "  goes to",
        "    Ann",
        "    12 Analytical Row",
        "    N1 London",
        "    United Kingdom",
        "",
        "  note",
        "    ring twice",
        "",
        "  thank you",
    ]


def test_a_long_name_is_folded_into_the_width(easy, order):
    renames(easy, "A very long name that goes on and on " * 4)

    receipt = easy.shopper("ann").run(show_receipt, order.number)

    assert max(len(line) for line in receipt.text.splitlines()) == 72


def test_an_html_receipt_says_the_same(easy, order):
    receipt = easy.shopper("ann").run(show_receipt, order.number, ReceiptFormat.HTML)

    for words in (order.number, "The NM-001", "$1,037.90", "12 Analytical Row", "ring twice"):
        assert words in receipt.text
    assert receipt.text.startswith("<!doctype html>")


def test_a_note_of_several_lines_keeps_them(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)
    order = ann.run(place_order, note="ring twice\n\nor knock")

    plain = ann.run(show_receipt, order.number).text
    html = ann.run(show_receipt, order.number, ReceiptFormat.HTML).text

    assert "  note\n    ring twice\n\n    or knock\n" in plain
    assert "<dd>ring twice\n\nor knock\n</dd>" in html


def test_nobodys_text_becomes_markup_or_drives_a_terminal(easy, order):
    renames(easy, "<script>alert(1)</script>\x1b]0;owned\x07\u202egnp")
    ann = easy.shopper("ann")

    html = ann.run(show_receipt, order.number, ReceiptFormat.HTML).text
    plain = ann.run(show_receipt, order.number, ReceiptFormat.TEXT).text

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    for receipt in (html, plain):
        assert not {"\x1b", "\x07", "\u202e"} & set(receipt)


def test_text_is_never_a_template(easy, order):
    renames(easy, "{{ 7 * 7 }}")

    assert "{{ 7 * 7 }}" in easy.shopper("ann").run(show_receipt, order.number).text


def test_what_came_back_is_on_the_receipt(easy, order):
    stan = easy.staff("stan")
    stan.run(pack_order, order.number)
    stan.run(ship_order, order.number, "1Z 999")
    stan.run(return_order, order.number, TEA)

    receipt = easy.shopper("ann").run(show_receipt, order.number).text

    assert f"    2 {X} $4.50, returned" in receipt
    assert "1Z 999" in receipt


def test_added_tax_is_called_tax(shop):
    taxed = without_address(shop, shop=ShopSettings(tax_percent=Decimal(10), tax_included=False))
    taxed.stocks(TEA, on_hand=5, price="4.50")
    order = buys(taxed.shopper("ann"), TEA, 2)

    lines = taxed.shopper("ann").run(show_receipt, order.number).text.splitlines()

    assert "  tax" + "$0.90".rjust(67) in lines
    assert "  total" + "$9.90".rjust(65) in lines
    taxed.close()


def test_money_is_written_as_the_shops_locale_has_it(easy, order):
    german = easy.again(shop=replace(easy.settings.shop, locale="de_DE"))

    receipt = german.shopper("ann").run(show_receipt, order.number).text

    assert "1.037,90\N{NO-BREAK SPACE}$" in receipt
    assert "1. Januar 2026" in receipt
    german.close()


def test_a_strangers_receipt_is_unknown(easy, order):
    with pytest.raises(UnknownOrder):
        easy.shopper("bob").run(show_receipt, order.number)
