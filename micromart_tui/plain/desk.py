"""What every part of the plain shop stands on: the door to the core, the lines, and what was last listed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from micromart_core.carts.model import Cart
from micromart_core.carts.service import show_cart
from micromart_core.inventory.model import Sku
from micromart_core.operation import Gateway
from micromart_tui.plain.lines import Lines
from micromart_tui.sign_in import SignIn

Say = Callable[[str], None]


class NotMeant(Exception):
    """A line that cannot be meant; its text says what would be."""


@dataclass
class Desk:
    """One person in the plain shop."""

    gateway: Gateway
    lines: Lines
    sign_in: SignIn | None
    numbered: list[Callable[[], None]] = field(default_factory=list)
    """What a bare number opens, from the last list."""
    product: Sku | None = None
    """The product that was looked at last, which `add` means."""
    _was_held: bool = False

    def say(self, text: str) -> None:
        """Tell the person something."""
        self.lines.say(text)

    def ask(self, question: str) -> str:
        """Ask the person something."""
        return self.lines.ask(question)

    def agrees(self, question: str) -> bool:
        """Ask until the answer is yes or no."""
        while True:
            answer = self.ask(f"{question} Yes or no?").lower()
            if answer in ("y", "yes", "n", "no"):
                return answer.startswith("y")

    def cart(self) -> Cart:
        """Return the cart as it is held now."""
        cart = self.gateway.run(show_cart)
        self._was_held = bool(cart.lines)
        return cart

    def has_lost_its_hold(self) -> bool:
        """Say, once, that what was held a while ago is held no more."""
        was_held = self._was_held
        return was_held and not self.cart().lines

    def list(self, words: list[str], opens: list[Callable[[], None]]) -> None:
        """Say a numbered list; the numbers open its things until another list is said."""
        self.numbered = opens
        for number, word in enumerate(words, 1):
            self.say(f"{number}. {word}")


def quantity_in(word: str) -> int:
    """Return a number of units; raise NotMeant."""
    if not (word.isascii() and word.isdigit() and len(word) <= 6):  # noqa: PLR2004 more digits than any shelf has
        message = f"“{word}” is no number of things."
        raise NotMeant(message)
    return int(word)
