"""What happens in the shop is told to whom it concerns, once, in words that are right."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from msgspec import structs

from micromart_core.caller import THE_SHOP, UserId
from micromart_core.carts.model import CartExpired
from micromart_core.dead_letters import DeadLetter
from micromart_core.errors import InvalidValue
from micromart_core.events import Event
from micromart_core.inventory.model import HoldsEvicted, StockLow
from micromart_core.money import Money
from micromart_core.notifications.handlers import tell_of_dead_letter
from micromart_core.notifications.model import MailStatus, Template
from micromart_core.notifications.service import list_mails, list_mails_of_orders, list_order_mails, show_mail
from micromart_core.orders.model import OrderPlaced, OrderStatusChanged
from micromart_core.permissions import Role
from micromart_core.settings import ShopSettings
from micromart_core.transaction import Transaction
from micromart_core.users.model import Address
from micromart_core.users.service import welcome
from tests.conftest import NOON

MAY = datetime(2026, 5, 2, 9, tzinfo=UTC)
TIMES = "\N{MULTIPLICATION SIGN}"
ADA = Address("adr_1", "Ada Lovelace", "12 St James's Square", None, "London", None, "SW1Y 4JH", "GB", is_default=True)
PLACED = OrderPlaced(
    order_id="ord_1",
    number="MM-7Q2K",
    user_id="usr_ada",
    email="ada@example.org",
    version=1,
    lines=(("MUG-01", "Null Mug", 2, Money(2400, "USD")), ("TEA-01", "Night Shift", 1, Money(3800, "USD"))),
    subtotal=Money(8600, "USD"),
    shipping=Money(0, "USD"),
    tax=Money(1373, "USD"),
    total=Money(8600, "USD"),
    address=ADA,
    placed_at=NOON,
)
PACKED = OrderStatusChanged(
    order_id="ord_1",
    number="MM-7Q2K",
    user_id="usr_ada",
    email="ada@example.org",
    version=2,
    status="packed",
    payment_status="paid",
    was="placed",
    tracking=None,
    actor="stan",
    at=NOON,
)


def happens(shop, *events: Event) -> None:
    """Something happened in one transaction of the shop, and everybody was told."""
    with shop.database.begin(writes=True) as opened:
        Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "ab" * 16).record(*events)
        opened.commit()
    shop.deliver()


def letters(shop):
    return [shop.staff().run(show_mail, mail.id) for mail in shop.staff().run(list_mails).items]


@pytest.fixture
def under(shop, request):
    """The same shop with other settings of its owner."""

    def with_settings(**settings):
        other = shop.again(shop=ShopSettings(**settings))
        request.addfinalizer(other.close)
        return other

    return with_settings


@pytest.fixture
def ada(shop) -> UserId:
    """Ada has signed in before."""
    with shop.database.begin(writes=True) as opened:
        tx = Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "0" * 32)
        profile = welcome(tx, "urn:test", "1", "ada", "Ada Lovelace", "ada@example.org")
        opened.commit()
    return profile.id


def test_an_order_is_confirmed_with_all_that_was_bought(shop):
    happens(shop, PLACED)

    (letter,) = letters(shop)
    assert (letter.id, letter.to, letter.order, letter.status) == (
        "ord_1/order-confirmation",
        "ada@example.org",
        "ord_1",
        MailStatus.QUEUED,
    )
    assert letter.subject == "We have your order MM-7Q2K"
    assert letter.text.startswith("Dear Ada Lovelace,\n\nwe have your order, and what you picked is yours.\n")
    for line in (f"$48.00   2 {TIMES} Null Mug", "free   shipping", "$86.00   total", "$13.73   of it is tax"):
        assert f" {line}\n" in letter.text
    assert "    SW1Y 4JH London\n    United Kingdom\n" in letter.text
    for words in (f"Null Mug {TIMES} 2", "$86.00", "12 St James&#39;s Square", "MM-7Q2K"):
        assert words in letter.html


def test_an_order_told_three_times_is_confirmed_once(shop):
    for _ in range(3):
        happens(shop, PLACED)

    assert len(letters(shop)) == 1


def test_money_and_dates_are_written_as_the_shop_does(under):
    shop = under(name="Ladenzeile", locale="de-DE", currency="EUR", tax_included=False)
    eur = {name: Money(getattr(PLACED, name).amount, "EUR") for name in ("subtotal", "tax", "total")}
    line = ("MUG-01", "Null Mug", 2, Money(123450, "EUR"))
    happens(shop, replace(PLACED, placed_at=MAY, lines=(line,), shipping=Money(490, "EUR"), **eur))

    (letter,) = letters(shop)
    for words in (
        "2.469,00\xa0€",
        "4,90\xa0€   shipping",
        "13,73\xa0€   tax",
        "2. Mai 2026",
        "Vereinigtes Königreich",
    ):
        assert words in letter.text
    assert letter.text.endswith("The people at Ladenzeile\n")


def test_a_misspelt_locale_does_not_stop_the_mail(under):
    shop = under(locale="klingon")
    happens(shop, PLACED)

    assert "$86.00" in letters(shop)[0].text


def test_an_order_without_an_address_for_letters_gets_none(shop):
    happens(shop, replace(PLACED, email=None))

    assert letters(shop) == []


def test_a_cancelled_order_with_no_address_for_parcels_is_confirmed_too(shop):
    happens(shop, replace(PLACED, address=None))

    assert letters(shop)[0].text.startswith("Hello,\n")
    assert "It goes to" not in letters(shop)[0].text


def test_what_a_person_wrote_can_drive_nothing(shop):
    name = "Ada\x1b[31m\u202e <b>x</b>\r\nBcc: eve@example.org"
    evil = structs.replace(ADA, name=name, line1="{{ shop }}{% raw %}", city="<script>")
    happens(shop, replace(PLACED, address=evil, number="MM\r\nBcc: eve@example.org"))

    (letter,) = letters(shop)
    assert letter.subject.isprintable()
    assert all(line.isprintable() for line in letter.text.splitlines())
    assert not any(line.startswith("Bcc") for line in letter.text.splitlines())
    assert "{{ shop }}{% raw %}" in letter.text
    assert "<script>" not in letter.html
    assert "&lt;b&gt;x&lt;/b&gt;" in letter.html
    assert "\x1b" not in letter.html


@pytest.mark.parametrize(
    ("status", "payment", "templates", "words"),
    [
        ("packed", "paid", [], ""),
        ("shipped", "paid", [Template.ORDER_SHIPPED], "tracking: DHL 0034"),
        ("cancelled", "paid", [Template.ORDER_CANCELLED], "What you paid comes back to you"),
        ("cancelled", "unpaid", [Template.ORDER_CANCELLED], "nothing to settle"),
        ("returned", "paid", [Template.ORDER_RETURNED], "has reached us"),
        ("delivered", "refunded", [Template.ORDER_REFUNDED], "we have sent back what you paid"),
    ],
)
def test_the_steps_of_an_order_that_matter_are_told(shop, status, payment, templates, words):
    happens(shop, replace(PACKED, status=status, payment_status=payment, tracking="DHL 0034"))

    assert [letter.template for letter in letters(shop)] == templates
    assert all(words in letter.text for letter in letters(shop))


def test_each_step_is_told_once_in_whatever_order_it_is_heard(shop):
    cancelled = replace(PACKED, status="cancelled", version=3)
    refunded = replace(cancelled, payment_status="refunded", version=4)
    happens(shop, refunded, cancelled, refunded, PACKED)

    assert sorted(letter.id for letter in letters(shop)) == ["ord_1/order-cancelled", "ord_1/order-refunded"]


def test_a_shopper_with_a_name_hears_that_the_hold_has_ended(shop, ada):
    shop.stocks("TEA-01", on_hand=3)
    expired = CartExpired(cart_id="cart_1", user_id=ada, lines=(("TEA-01", 2), ("GONE-01", 1)))
    happens(shop, expired, expired)

    (letter,) = letters(shop)
    assert (letter.to, letter.template) == ("ada@example.org", Template.CART_EXPIRED)
    assert f"    2 {TIMES} The TEA-01\n    1 {TIMES} GONE-01\n" in letter.text
    assert "micromart cart restore" in letter.text


def test_a_guest_hears_nothing_of_a_cart(shop):
    happens(
        shop,
        CartExpired(cart_id="cart_1", user_id=None, lines=(("TEA-01", 2),)),
        HoldsEvicted(cart_id="cart_1", user_id=None, skus=("TEA-01",), reason="damage"),
    )

    assert letters(shop) == []


def test_a_shopper_hears_what_staff_took_out_of_the_cart(shop, ada):
    shop.stocks("TEA-01", on_hand=3)
    happens(shop, HoldsEvicted(cart_id="cart_1", user_id=ada, skus=("TEA-01",), reason="damage"))

    (letter,) = letters(shop)
    assert letter.text.startswith("Hello Ada Lovelace,\n")
    assert "    The TEA-01\n" in letter.text
    assert "reason: damage" in letter.text


def test_staff_hear_of_low_stock(shop, under):
    shop.stocks("TEA-01", on_hand=3)
    happens(under(staff_email="staff@example.org"), StockLow(sku="TEA-01", on_hand=2, reorder_level=5))

    (letter,) = letters(shop)
    assert (letter.to, letter.subject) == ("staff@example.org", "Low stock: TEA-01, 2 left")
    for line in ("The TEA-01 is running low.", "    on hand: 2", "    reorder level: 5"):
        assert line in letter.text.splitlines()


def test_news_for_staff_go_nowhere_when_they_have_no_address(shop):
    shop.stocks("TEA-01", on_hand=3)
    happens(shop, StockLow(sku="TEA-01", on_hand=2, reorder_level=5))

    assert letters(shop) == []


def test_a_shopper_sees_the_letters_about_own_orders_only(shop):
    happens(shop, PLACED, replace(PACKED, status="shipped"))

    assert [mail.template for mail in shop.shopper("ada").run(list_order_mails, "ord_1")] == [
        Template.ORDER_CONFIRMATION,
        Template.ORDER_SHIPPED,
    ]
    assert shop.shopper("eve").run(list_order_mails, "ord_1") == ()
    assert len(shop.staff("olga", Role.ORDER_MANAGER).run(list_order_mails, "ord_1")) == 2
    assert shop.shopper("eve").run(list_mails_of_orders, ("ord_1", "ord_2")) == ()
    assert len(shop.shopper("ada").run(list_mails_of_orders, ("ord_1", "ord_2"))) == 2
    with pytest.raises(InvalidValue):
        shop.shopper("ada").run(list_mails_of_orders, ("ord_1",) * 1001)


def test_staff_hear_of_an_event_that_was_put_aside(under):
    shop = under(staff_email="staff@example.org")
    event = DeadLetter("evt_1", "order.placed", "{}", "KeyError: 'x'", 6, NOON)
    for _ in range(2):
        with shop.database.begin(writes=True) as opened:
            tell_of_dead_letter(Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "0" * 32), event)
            opened.commit()

    (letter,) = letters(shop)
    assert letter.subject == "An event could not be handled: order.placed"
    assert "    micromart dead retry evt_1\n" in letter.text
    assert "KeyError: &#39;x&#39;" in letter.html


def test_every_template_has_its_words_in_text_and_html():
    for template in Template:
        for ending in ("txt", "html"):
            assert files("micromart_core.notifications").joinpath("templates", f"{template}.{ending}").is_file()
