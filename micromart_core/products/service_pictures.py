"""What products look like: setting a picture, and reading several at once."""

from micromart_core.changes import Topic
from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.operation import operation
from micromart_core.products import store, store_pictures
from micromart_core.products.drawing import media_type_of
from micromart_core.products.model import Picture, Product, ProductChanged
from micromart_core.products.service import may_see, products_of
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit

MOST_AT_ONCE = 100


@operation("catalog:write", repeatable=True)
def set_picture(tx: Transaction, sku: Sku, content: bytes) -> Product:
    """Give a product a picture, a PNG file or a drawing; raise UnusablePicture for anything else."""
    stored = store.lock_entries(tx, [sku]).get(sku)
    if stored is None:
        raise UnknownSku(sku)
    picture = Picture(sku, media_type_of(content), content)
    if [each for each, _ in store_pictures.list_pictures(tx, [sku])] != [picture]:
        store_pictures.remove_picture(tx, sku)
        store_pictures.add_pictures(tx, [picture])
        store_pictures.touch(tx, sku)
        tx.touch(Topic.PRODUCTS, sku)
        audit(tx, "product.picture", sku, after=f"{picture.media_type}, {len(content)} bytes")
        changed = ProductChanged(sku=sku, version=stored.version + 1, status=stored.entry.status, actor=tx.caller.actor)
        tx.record(changed)
    return products_of(tx, [sku])[sku]


@operation(writes=False)
def list_pictures(tx: Transaction, skus: tuple[Sku, ...]) -> tuple[Picture, ...]:
    """Return the pictures of at most 100 products; those without one, and hidden drafts, are left out."""
    _limit(skus)
    return tuple(picture for picture, status in store_pictures.list_pictures(tx, skus) if may_see(tx, status))


@operation(writes=False)
def list_pictured(tx: Transaction, skus: tuple[Sku, ...]) -> tuple[Sku, ...]:
    """Return those of at most 100 products that have a picture, so that nobody asks for the others'."""
    _limit(skus)
    return tuple(sku for sku, status in store_pictures.list_pictured(tx, skus) if may_see(tx, status))


def _limit(skus: tuple[Sku, ...]) -> None:
    if len(skus) > MOST_AT_ONCE:
        raise InvalidValue(
            f"{len(skus)} pictures are too many.", why=f"{MOST_AT_ONCE} go at once", hint="ask in several goes"
        )
