"""Any number of generated products, the same ones each time, with words as unevenly common as in a language."""

import random
from itertools import accumulate

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import receive_many
from micromart_core.money import Money
from micromart_core.operation import operation
from micromart_core.products import store, store_categories
from micromart_core.products.entry import Entry
from micromart_core.products.model import ProductStatus, Tint
from micromart_core.products.shelving import shelve
from micromart_core.transaction import Transaction

MOST_AT_ONCE = 100_000
"""Products of one transaction; whoever wants more asks again."""
_BATCH = 5_000
_CATEGORIES = 40
_VOCABULARY = 50_000
_ONSETS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "st", "tr")
_SYLLABLES = [onset + vowel for onset in _ONSETS for vowel in "aeiou"]
_OPENING = Reason("received")


@operation("ops:run", repeatable=True, on_wire=False)
def seed_many(tx: Transaction, count: int, first: int = 1) -> int:
    """Add the generated products from number `first` on that are not there yet, `count` at most; return how many."""
    if not 1 <= count <= MOST_AT_ONCE or not 1 <= first <= 10**9:
        raise InvalidValue(
            f"{count} products from {first} on cannot be made.",
            why=f"1 to {MOST_AT_ONCE} at a time",
            hint="ask for them in several goes",
        )
    words = Words()
    store_categories.add_missing(tx, {name: name for name in words.categories})
    added = 0
    for start in range(first, first + count, _BATCH):
        numbers = range(start, min(start + _BATCH, first + count))
        known = store.load_offers(tx, [_sku(number) for number in numbers])
        new = [words.entry(number, tx.settings.shop.currency) for number in numbers if _sku(number) not in known]
        shelve(tx, new, {})
        receive_many(tx, {entry.sku: 5 + entry.price.amount % 60 for entry in new}, _OPENING, "opening stock")
        added += len(new)
    return added


class Words:
    """A vocabulary of invented words, the n-th of which is used 1/n as often as the first (Zipf's law)."""

    def __init__(self) -> None:
        chance = random.Random(1)  # noqa: S311  # invented words, not secrets
        made: dict[str, None] = {}
        while len(made) < _VOCABULARY:
            made["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
        self._words = list(made)
        self._weights = list(accumulate(1 / rank for rank in range(1, _VOCABULARY + 1)))
        self.categories = [f"shelf {self._words[-rank]}" for rank in range(1, _CATEGORIES + 1)]

    def entry(self, number: int, currency: str) -> Entry:
        """Return the product of a number, the same each time."""
        chance = random.Random(number)  # noqa: S311  # invented words, not secrets
        said = chance.choices(self._words, cum_weights=self._weights, k=20)
        return Entry(
            _sku(number),
            " ".join(said[:2]).title(),
            chance.choice(self.categories),
            " ".join(said[2:5]),
            f"{' '.join(said[5:]).capitalize()}.",
            Money(chance.randint(100, 20_000), currency),
            chance.choice(list(Tint)),
            ProductStatus.PUBLISHED,
        )


def _sku(number: int) -> Sku:
    return Sku(f"GEN-{number:07d}")
