"""The shop in plain lines: a whole purchase, a hold that ends, and what is said when something cannot be."""

import pytest

from micromart_cli.letter_box import code_sent_to
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import Unavailable
from micromart_tui.plain.shop import PlainShop
from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.core.order_stories import MUG, TEA, lives_at, reprices
from tests.daemon.process import eventually
from tests.elsewhere import IS_ASKED_FOR
from tests.people import PASSWORD

CODE = "(the code of the letter)"
NEW_HERE = ("2", "ann", "ann@example.org", PASSWORD, CODE)
HER_PLACE = ("Ann Lee", "1 Quay", "", "4000", "Porto", "", "pt")


class Script:
    """Somebody who says these lines, then hangs up; a function among them happens before the next line is said."""

    def __init__(self, *answers, outbox=None) -> None:
        self._answers, self._outbox = list(answers), outbox
        self.told: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join(self.told)

    def say(self, text: str = "") -> None:
        self.told.append(text)

    def ask(self, question: str) -> str:
        while self._answers and callable(self._answers[0]):
            self._answers.pop(0)()
        self.told.append(question)
        if not self._answers:
            raise EOFError
        answer = self._answers.pop(0)
        return self._code() if answer is CODE else answer

    def _code(self) -> str:
        """The code as it was read out, or where the letter is not beside the shop, as it came."""
        if IS_ASKED_FOR:
            return eventually(lambda: code_sent_to(self._outbox, "ann@example.org"))
        return next(line for line in reversed(self.told) if "code says: " in line)[-14:]

    ask_secret = ask


def visits(gateway, *answers, at="shop", sign_in=None, outbox=None) -> str:
    script = Script(*answers, outbox=outbox)
    PlainShop(gateway, script, sign_in).run(at)
    return script.text


def test_a_newcomer_finds_something_registers_and_orders_it(shop, door, here):
    shop.stocks(TEA, on_hand=5)
    shop.stocks(MUG, on_hand=5)

    lines = ("/tea", "1", "add 2", "check out", *NEW_HERE, *HER_PLACE, "yes", "orders", "1")
    told = visits(door, *lines, sign_in=here, outbox=shop.folder / "outbox")

    assert "1. The TEA-01, $4.50, 5 left" in told
    assert "Your cart holds 2 of The TEA-01. In all $9.00, held for you for 10 minutes." in told
    assert "Signed in as ann." in told
    assert "Order 2 things for $9.00, to Ann Lee, 1 Quay, 4000 Porto, PT? Yes or no?" in told
    assert "Thank you. Your order is MM-" in told
    assert "A letter is on its way to ann@example.org." in told
    assert told.count("2 of The TEA-01, $9.00.") == 1
    assert shop.raw_stock(TEA) == (3, 0)
    assert eventually(lambda: len(list((shop.folder / "outbox" / "new").iterdir())) == 2)


def test_no_orders_nothing_and_keeps_the_hold(shop):
    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ada")
    ada = shop.shopper("ada")
    ada.run(set_quantity, TEA, 2)

    told = visits(ada, "check out", "perhaps", "no", at="cart", sign_in=_Known())

    assert told.count("Yes or no?") == 2
    assert "Nothing was ordered. Your cart is still held." in told
    assert shop.raw_stock(TEA) == (5, 2)


class _Known:
    """A person who is signed in already."""

    issuer = local = None

    def status(self):
        return type("Status", (), {"signed_in": True})

    def send_letters(self):
        return None


def test_a_hold_that_ended_is_told_once_and_picked_up_at_the_new_price(shop, clock):
    shop.stocks(TEA, on_hand=5)
    ann = shop.guest("ann")

    def ten_minutes_later():
        clock.advance(minutes=10)
        reprices(shop, TEA, 500)

    told = visits(ann, "add tea-01 2", ten_minutes_later, "cart", "pick up", "yes", "quit")

    assert told.count("Your hold ended.") == 1
    assert "The TEA-01 was $4.50 and is $5.00 now." in told
    assert told.endswith("What you picked is held until 12:20.") or "What you picked is held until" in told
    assert str(ann.run(show_cart).total) == "10.00"


def test_every_prompt_tells_how_long_the_cart_is_held(shop, clock):
    shop.stocks(TEA, on_hand=5)

    told = visits(shop.guest("ann"), "add TEA-01", lambda: clock.advance(minutes=8, seconds=59), "help", "q")

    assert "What next (1 minute 1 second left for what is in your cart)?" in told


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("dance", "“dance” says nothing here."),
        ("7", "There is no number 7 in the last list."),
        ("99999999999999999999", "There is no number 99999999999999999999 in the last list."),
        ("add", "Look at a thing first"),
        ("add 7", "Look at a thing first"),
        ("add TEA-01 many", "“many” is no number of things."),
        ("add TEA-01 2 3", "Say a SKU and how many"),
        ("add TEA-01 9", "Only 5 of TEA-01 left"),
        ("look NO-1", "There is no product NO-1."),
        ("orders", "Sign in first. Say: sign in."),
        ("sign in", "Nobody can sign in here."),
        ("sign out", "Nobody is signed in."),
        ("check out", "Your cart is empty."),
        ("search zebra", "Nothing on the shelves for “zebra”."),
        ("more", "That is all there is."),
    ],
)
def test_what_cannot_be_is_said_and_the_shop_stays_open(shop, line, sentence):
    shop.stocks(TEA, on_hand=5)

    told = visits(shop.guest("ann"), line, "help")

    assert sentence in told
    assert "quit, or q: what you picked is held on." in told


def test_a_long_shelf_is_said_page_by_page(shop):
    for number in range(14):
        shop.stocks(f"P-{number:02}", on_hand=1)

    told = visits(shop.guest("ann"), "more", "2", "q")

    assert told.count("\n12. ") == 1
    assert "2. The P-13, $4.50, 1 left" in told
    assert "its SKU is P-13." in told


def test_a_database_that_goes_away_is_told_at_every_question(shop):
    shop.stocks(TEA, on_hand=5)
    line = _Line(shop.guest("ann"))

    told = visits(line, "cart", line.cut, "cart", "q")

    assert "The database does not answer. It is away." in told
    assert told.endswith("What next?")


class _Line:
    """A door to the shop that can be cut."""

    def __init__(self, gateway) -> None:
        self._gateway, self._is_cut = gateway, False

    def cut(self) -> None:
        self._is_cut = True

    def run(self, operation, *args, **kwargs):
        if self._is_cut:
            raise Unavailable("The database does not answer.", why="it is away", hint="")
        return self._gateway.run(operation, *args, **kwargs)
