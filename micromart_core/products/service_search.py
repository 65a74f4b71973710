"""Searching the catalogue: the first matches of the database's index, ranked here, so that both databases agree."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from micromart_core.answers import NO_MEMORY, SEARCH_SECONDS, Answers
from micromart_core.changes import Topic
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_reading import levels_of
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.products import cursor, store_search
from micromart_core.products.cursor import Position
from micromart_core.products.entry import price_of
from micromart_core.products.model import ANY_PRODUCT, Product, ProductFilter, ProductStatus, SearchPage, SortKey
from micromart_core.products.service import known_category, products_of
from micromart_core.products.store_search import MOST_MATCHES, Last, Match, Narrowing
from micromart_core.products.words import is_spelt, nearest, query_words
from micromart_core.transaction import Transaction

_RELEVANCE = "relevance"
_Ranking = Callable[[Match], Position]
_Find = Callable[[Transaction, Sequence[str], Last, Narrowing], list[Match]]


@operation(writes=False)
def search_products(
    tx: Transaction,
    query: str,
    where: ProductFilter = ANY_PRODUCT,
    sort: SortKey | None = None,
    after: str | None = None,
    limit: int = 50,
) -> SearchPage:
    """Return a page of the published products that have all words of the query, best first unless sorted otherwise.

    The last word may be only begun. Of very many matches a thousand are ranked. Any text is a fair query.
    """
    return _search(tx, query, where, _narrowing(tx, where), sort, after, limit)


@operation("catalog:write", writes=False)
def search_catalogue(
    tx: Transaction,
    query: str,
    status: ProductStatus | None = None,
    where: ProductFilter = ANY_PRODUCT,
    sort: SortKey | None = None,
    after: str | None = None,
    limit: int = 50,
) -> SearchPage:
    """Return a page of the products of one status, or of all, that have all words, as search_products does."""
    statuses = tuple(ProductStatus) if status is None else (status,)
    return _search(tx, query, where, replace(_narrowing(tx, where), statuses=statuses), sort, after, limit)


def _search(
    tx: Transaction,
    query: str,
    where: ProductFilter,
    narrowing: Narrowing,
    sort: SortKey | None,
    after: str | None,
    limit: int,
) -> SearchPage:
    words = query_words(query)
    position = cursor.decode(sort or _RELEVANCE, after)
    size = page_size(limit)
    for answers in (tx.answers, NO_MEMORY):
        matches = _matches(tx, answers, words, narrowing)
        if not matches and after is None:
            return SearchPage((), None, _meant(tx, words, narrowing))
        kept = _in_stock(tx, matches) if where.in_stock else matches
        found, more = _page(kept, _ranking(sort, words), position, size, newest_first=sort is SortKey.NEWEST)
        shown = _as_found(tx, found, narrowing)
        if len(shown) == len(found):
            break
    following = cursor.encode(sort or _RELEVANCE, _ranking(sort, words)(found[-1])) if more else None
    return SearchPage(shown, following)


def _matches(tx: Transaction, answers: Answers, words: Sequence[str], narrowing: Narrowing) -> Sequence[Match]:
    """Return what matches, also as it was remembered: what is shown of it is read anew."""
    asked = ("search", tuple(words), narrowing)
    return answers.remember(
        Topic.PRODUCTS, asked, tuple[Match, ...], lambda: tuple(_find(tx, words, narrowing)), SEARCH_SECONDS
    )


def _in_stock(tx: Transaction, matches: Sequence[Match]) -> list[Match]:
    levels = levels_of(tx, [match.sku for match in matches])
    return [match for match in matches if match.sku in levels and levels[match.sku].available > 0]


def _as_found(tx: Transaction, found: Sequence[Match], narrowing: Narrowing) -> tuple[Product, ...]:
    """Return the products as they are now, without those that staff changed or took away since they were found."""
    products = products_of(tx, [match.sku for match in found])
    current = [(products[match.sku], match.version) for match in found if match.sku in products]
    return tuple(
        product for product, version in current if product.version == version and product.status in narrowing.statuses
    )


def _narrowing(tx: Transaction, where: ProductFilter) -> Narrowing:
    key = None if where.category is None else known_category(tx, where.category)
    max_price = None if where.max_price is None else price_of(where.max_price, tx.settings.shop).amount
    return Narrowing(category_key=key, max_price=max_price)


def _find(tx: Transaction, words: Sequence[str], narrowing: Narrowing) -> list[Match]:
    """Find matches in names first: of very common words they are enough, and should be among those ranked.

    Only where fewer than a thousand have the last word as it stands, it may be one that is not typed to its end.
    """
    if not words:
        return []
    everywhere = (store_search.find_in_sample, store_search.find_anywhere)
    with store_search.by_full_text(tx):
        found = _first(tx, (store_search.find_in_names, *everywhere), words, Last.WHOLE, narrowing)
        if len(found) < MOST_MATCHES:
            begun = _first(tx, everywhere, words, Last.BEGUN, narrowing)
            if len(begun) < MOST_MATCHES:
                return list(begun.values())  # those found before are all among them
            found |= _first(tx, (store_search.find_in_names,), words, Last.BEGUN, narrowing) | begun
    return list(found.values())[:MOST_MATCHES]


def _first(
    tx: Transaction, finds: Sequence[_Find], words: Sequence[str], last: Last, narrowing: Narrowing
) -> dict[Sku, Match]:
    """Return what is found, one place after the other until there are a thousand."""
    found: dict[Sku, Match] = {}
    for find in finds:
        if len(found) < MOST_MATCHES:
            for match in find(tx, words, last, narrowing):
                found.setdefault(match.sku, match)
    return found


def _ranking(sort: SortKey | None, words: Sequence[str]) -> _Ranking:
    """Return what gives each match its place; the SKU makes it the only one there."""
    if sort is SortKey.SHELF:
        return lambda match: (match.category_key, match.name_key, match.sku)
    if sort is SortKey.NAME:
        return lambda match: (match.name_key, match.sku)
    if sort is SortKey.PRICE:
        return lambda match: (match.price, match.sku)
    if sort is SortKey.NEWEST:
        return lambda match: (match.created_at, match.sku)
    return lambda match: (_distance(match, words), match.name_key, match.sku)


def _distance(match: Match, words: Sequence[str]) -> int:
    """Return how far a product is from what was asked: 0 when that is its name, more the less its name says it."""
    name = match.name_key.split()
    if match.name_key == " ".join(words):
        return 0
    said = sum(word in name for word in words[:-1]) + any(word.startswith(words[-1]) for word in name)
    if said == len(words):
        return 1 if match.name_key.startswith(words[0]) else 2
    in_category = any(word in match.category_key.split() for word in words)
    return 3 + 2 * (len(words) - said) - in_category


def _page(
    matches: Sequence[Match], ranking: _Ranking, after: Position | None, size: int, *, newest_first: bool
) -> tuple[list[Match], bool]:
    """Return the matches after a position, in order, and whether more follow."""
    ordered = sorted(matches, key=ranking, reverse=newest_first)
    if after is not None:
        ordered = [match for match in ordered if (ranking(match) < after if newest_first else ranking(match) > after)]
    return ordered[:size], len(ordered) > size


def _meant(tx: Transaction, words: Sequence[str], narrowing: Narrowing) -> str | None:
    """Return the query with each unknown word replaced by the nearest known one, if that finds anything."""
    nearer = [_nearest(tx, word) or word for word in words]
    if nearer == list(words) or not _find(tx, nearer, narrowing):
        return None
    return " ".join(nearer)


def _nearest(tx: Transaction, word: str) -> str | None:
    return nearest(word, store_search.list_words_like(tx, word)) if is_spelt(word) else None
