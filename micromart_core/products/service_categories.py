"""The shelves: listing, making, renaming and removing categories."""

from micromart_core.changes import Topic
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.products import cursor, store_categories, store_search
from micromart_core.products.entry import category_key, clean_category
from micromart_core.products.model import Category, CategoryExists, CategoryInUse, CategoryPage, UnknownCategory
from micromart_core.products.words import fold, spelt_words
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit

_ORDER = "category"


@operation(writes=False)
def list_categories(tx: Transaction, after: str | None = None, limit: int = 50) -> CategoryPage:
    """Return a page of the categories, by name."""
    size = page_size(limit)
    position = cursor.decode(_ORDER, after)
    found = store_categories.list_categories(tx, position[0] if position else "", size + 1)
    following = cursor.encode(_ORDER, (found[size - 1][0],)) if len(found) > size else None
    return CategoryPage(tuple(category for _, category in found[:size]), following)


@operation("catalog:write")
def create_category(tx: Transaction, name: str) -> Category:
    """Make an empty shelf; raise CategoryExists."""
    category = Category(clean_category(name), 0, tx.now)
    _add(tx, category)
    audit(tx, "category.create", category.name)
    tx.touch(Topic.PRODUCTS, "")
    return category


@operation("catalog:write", repeatable=True)
def rename_category(tx: Transaction, name: str, new_name: str) -> Category:
    """Give a category another name, with all its products; raise UnknownCategory or CategoryExists."""
    key = category_key(name)
    category = store_categories.lock_category(tx, key)
    if category is None:
        raise UnknownCategory(name)
    renamed = Category(clean_category(new_name), category.products, category.created_at)
    if renamed == category:
        return category
    if fold(renamed.name) == key:
        store_categories.rename(tx, key, renamed.name)
    else:
        _add(tx, renamed)
        store_categories.move_products(tx, key, fold(renamed.name))
        store_categories.remove_category(tx, key)
    audit(tx, "category.rename", category.name, category.name, renamed.name)
    tx.touch(Topic.PRODUCTS, "")
    return renamed


@operation("catalog:write")
def remove_category(tx: Transaction, name: str) -> Category:
    """Remove an empty category and return what it was; raise UnknownCategory or CategoryInUse."""
    key = category_key(name)
    category = store_categories.lock_category(tx, key)
    if category is None:
        raise UnknownCategory(name)
    if category.products:
        raise CategoryInUse(category.name, category.products)
    store_categories.remove_category(tx, key)
    audit(tx, "category.remove", category.name)
    tx.touch(Topic.PRODUCTS, "")
    return category


def _add(tx: Transaction, category: Category) -> None:
    key = fold(category.name)
    if store_categories.load_names(tx, [key]):
        raise CategoryExists(category.name)
    store_categories.add_category(tx, key, category)
    store_search.learn_words(tx, spelt_words(category.name))
