"""What the catalogue says about one product, checked where it is written."""

from typing import Any

from msgspec import Struct

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.products.model import ProductStatus, Tint, UnknownCategory
from micromart_core.products.words import distinct_words, fold
from micromart_core.settings import ShopSettings
from micromart_core.text import clean_line, clean_text

LONGEST_NAME = 120
LONGEST_CATEGORY = 60
LONGEST_TAGLINE = 160
LONGEST_DESCRIPTION = 4000


class Entry(Struct, frozen=True):
    """All that staff decide about a product, but for its stock and its picture."""

    sku: Sku
    name: str
    category: str
    """The category's key."""
    tagline: str
    description: str
    price: Money
    tint: Tint
    status: ProductStatus


class StoredEntry(Struct, frozen=True):
    """An entry as it stands in the catalogue, at its version."""

    entry: Entry
    version: int


def clean_name(text: str) -> str:
    """Return a product's name, or raise InvalidValue."""
    return clean_line("name", text, longest=LONGEST_NAME)


def clean_tagline(text: str) -> str:
    """Return a tagline, perhaps empty, or raise InvalidValue."""
    return clean_line("tagline", text, longest=LONGEST_TAGLINE, required=False)


def clean_description(text: str) -> str:
    """Return a description of any number of lines, perhaps empty, or raise InvalidValue."""
    return clean_text("description", text, longest=LONGEST_DESCRIPTION, required=False)


def clean_category(text: str) -> str:
    """Return a category's name, or raise InvalidValue; it needs a letter or digit to be found by."""
    name = clean_line("category", text, longest=LONGEST_CATEGORY)
    if not fold(name):
        raise InvalidValue(
            f"“{name}” cannot name a category.", why="it has no letter and no digit", hint="give it a word"
        )
    return name


def category_key(text: str) -> str:
    """Return what two spellings of a category share; raise UnknownCategory when nothing can have this name."""
    key = fold(text)
    if not key:
        raise UnknownCategory(text[:LONGEST_CATEGORY])
    return key


def price_of(text: str, shop: ShopSettings) -> Money:
    """Return a price in the shop's currency, or raise InvalidValue."""
    price = Money.parse(text, shop.currency)
    if price.amount < 0:
        raise InvalidValue(f"“{text}” is no price.", why="a price is not below zero", hint="write it like 19.00")
    return price


def columns_of(entry: Entry) -> dict[str, Any]:
    """Return the row of an entry, with what lists are sorted by and searches look in."""
    return {
        "sku": entry.sku,
        "name": entry.name,
        "name_key": fold(entry.name),
        "category_key": entry.category,
        "tagline": entry.tagline,
        "description": entry.description,
        "words": distinct_words(entry.sku, entry.tagline, entry.description),
        "price": entry.price.amount,
        "currency": entry.price.currency,
        "tint": entry.tint.value,
        "status": entry.status.value,
    }
