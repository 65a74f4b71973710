"""Putting many new products on the shelves at once, with a few statements for all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from micromart_core.changes import Topic
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_stock import create_many_stocks
from micromart_core.products import store, store_categories, store_search
from micromart_core.products.entry import Entry
from micromart_core.products.words import spelt_words
from micromart_core.transaction import Transaction


def shelve(tx: Transaction, entries: Sequence[Entry], reorder_levels: Mapping[Sku, int]) -> None:
    """Add new products of categories that exist, each with an empty shelf. Whoever calls tells of it."""
    if not entries:
        return
    create_many_stocks(tx, {entry.sku: reorder_levels.get(entry.sku, 0) for entry in entries})
    store.add_entries(tx, entries)
    tx.touch(Topic.PRODUCTS, *(entry.sku for entry in entries))
    store_categories.count_products(tx, Counter(entry.category for entry in entries))
    store_search.learn_words(tx, spelt_words(*[f"{entry.name} {entry.category}" for entry in entries]))
