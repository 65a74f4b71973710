"""The plain shop: it says what there is, asks what next, and does what it is told."""

from collections.abc import Callable

from msgspec import Struct

from micromart_core.errors import MicroMartError
from micromart_core.operation import Gateway
from micromart_core.shop_facts import show_shop
from micromart_tui.plain.basket import Basket
from micromart_tui.plain.desk import Desk, NotMeant
from micromart_tui.plain.door import Door
from micromart_tui.plain.lines import Lines
from micromart_tui.plain.sentences import ENDED, refusal_words, time_left
from micromart_tui.plain.shelf import Shelf
from micromart_tui.plain.till import Till
from micromart_tui.sign_in import SignIn

_SHOWN = 60
"""Signs of a line that is not understood that are said back."""


class Word(Struct, frozen=True):
    """Something that can be said; `short` is the key that means the same on the screens."""

    says: str
    short: str
    takes: str
    does: Callable[[str], None]
    about: str


class PlainShop:
    """The storefront without a screen."""

    def __init__(self, gateway: Gateway, lines: Lines, sign_in: SignIn | None) -> None:
        self.desk = Desk(gateway, lines, sign_in)
        shelf, basket, door = Shelf(self.desk), Basket(self.desk), Door(self.desk)
        till = Till(self.desk, door)
        self._words = (
            Word("shop", "s", "", shelf.show, "what there is"),
            Word("more", "m", "", shelf.more, "go on with the list"),
            Word("search", "/", "words", shelf.search, "find something"),
            Word("look", "l", "SKU", shelf.look_at, "hear about one thing"),
            Word("add", "+", "number", basket.add, "put what you looked at in your cart"),
            Word("set", "=", "SKU number", basket.set, "have exactly so many"),
            Word("remove", "x", "SKU", basket.remove, "put something back"),
            Word("cart", "c", "", basket.show, "what is held for you, and how long"),
            Word("hold longer", "e", "", basket.hold_longer, "once a cart"),
            Word("pick up", "r", "", basket.pick_up, "take back what an ended hold had kept"),
            Word("check out", "", "", till.check_out, "order what is in your cart"),
            Word("orders", "o", "", till.orders, "what you ordered"),
            Word("order", "", "number", till.order, "hear about one order"),
            Word("cancel", "", "number", till.cancel, "cancel an order that has not left"),
            Word("sign in", "i", "", door.sign_in, "or register, or recover a password"),
            Word("sign out", "", "", door.sign_out, ""),
            Word("help", "?", "", self._help, "these words"),
            Word("quit", "q", "", self._quit, "what you picked is held on"),
        )
        self._is_open, self._look = True, shelf.look_at
        self._begins = {"shop": shelf.show, "cart": basket.show, "orders": till.orders, "account": door.sign_in}

    def run(self, at: str = "shop") -> None:
        """Serve until somebody quits or answers no more; `at` is a place or a SKU."""
        facts = self.desk.gateway.run(show_shop)
        self.desk.say(f"{facts.name}, in plain lines. Say: help, to hear the words.")
        self._safely(self._begins.get(at) or (lambda _: self._look(at)), "")
        while self._is_open:
            try:
                line = self.desk.ask(self._prompt())
            except EOFError:
                self._quit("")
            else:
                self._safely(self._tell_of_an_end, "")
                self._serve(line)

    def _prompt(self) -> str:
        """Return the question, with the clock of what is held."""
        try:
            cart = self.desk.cart()
        except MicroMartError as error:
            self.desk.say(refusal_words(error))
            return "What next?"
        held = f" ({time_left(cart.seconds_left)} left for what is in your cart)" if cart.lines else ""
        return f"What next{held}?"

    def _tell_of_an_end(self, _: str) -> None:
        """Say that the hold ended while somebody thought about what to say."""
        if self.desk.has_lost_its_hold():
            self.desk.say(ENDED)

    def _serve(self, line: str) -> None:
        if not line:
            return
        if line.isascii() and line.isdigit():
            self._open(line)
            return
        word, rest = self._meant(line)
        if word is None:
            said = line if len(line) <= _SHOWN else f"{line[:_SHOWN]} …"
            self.desk.say(f"“{said}” says nothing here. Say: help, to hear the words.")
        else:
            self._safely(word.does, rest)

    def _meant(self, line: str) -> tuple[Word | None, str]:
        """Return the longest word a line begins with, and what follows it."""
        if line.startswith("/"):
            line = f"/ {line[1:]}"
        for word in sorted(self._words, key=lambda each: -len(each.says)):
            for said in filter(None, (word.says, word.says.replace(" ", ""), word.short)):
                if line.lower() == said or line.lower().startswith(f"{said} "):
                    return word, line[len(said) :].strip()
        return None, ""

    def _open(self, number: str) -> None:
        place = int(number) if len(number) < len("1000") else 0
        if 1 <= place <= len(self.desk.numbered):
            self._safely(lambda _: self.desk.numbered[place - 1](), "")
        else:
            self.desk.say(f"There is no number {number} in the last list.")

    def _safely(self, does: Callable[[str], None], rest: str) -> None:
        """Do it; what refuses is said, and the shop stays open."""
        try:
            does(rest)
        except MicroMartError as error:
            self.desk.say(refusal_words(error))
        except NotMeant as meant:
            self.desk.say(str(meant))

    def _help(self, _: str) -> None:
        for word in self._words:
            also = f", or {word.short}" if word.short else ""
            says = f"{word.says} {word.takes}".strip()
            self.desk.say(f"{says}{also}: {word.about}." if word.about else f"{says}.")
        self.desk.say("A number alone opens that thing of the last list.")

    def _quit(self, _: str) -> None:
        self._is_open = False
        try:
            cart = self.desk.cart()
        except MicroMartError:
            return
        if cart.lines and cart.held_until:
            self.desk.say(f"What you picked is held until {cart.held_until.astimezone():%H:%M}.")
