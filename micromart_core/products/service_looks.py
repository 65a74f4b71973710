"""What products look like: reading several pictures at once."""

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku
from micromart_core.operation import operation
from micromart_core.products import store_pictures
from micromart_core.products.model import Picture
from micromart_core.products.service import may_see
from micromart_core.transaction import Transaction

MOST_AT_ONCE = 100
"""Products asked about in one go: a picture may have many bytes."""


@operation(writes=False)
def list_pictures(tx: Transaction, skus: tuple[Sku, ...]) -> tuple[Picture, ...]:
    """Return the pictures of at most 100 products; those without one, and hidden drafts, are left out.

    Raise InvalidValue for more at once.
    """
    _refuse_too_many(skus)
    return tuple(picture for picture, status in store_pictures.list_pictures(tx, skus) if may_see(tx, status))


@operation(writes=False)
def list_pictured(tx: Transaction, skus: tuple[Sku, ...]) -> tuple[Sku, ...]:
    """Return those of at most 100 products that have a picture, so that nobody asks for the others'.

    Raise InvalidValue for more at once.
    """
    _refuse_too_many(skus)
    return tuple(sku for sku, status in store_pictures.list_pictured(tx, skus) if may_see(tx, status))


def _refuse_too_many(skus: tuple[Sku, ...]) -> None:
    if len(skus) > MOST_AT_ONCE:
        raise InvalidValue(
            f"{len(skus)} products are too many.", why=f"{MOST_AT_ONCE} go at once", hint="ask in several goes"
        )
