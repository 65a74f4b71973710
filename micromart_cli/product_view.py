"""Which facts of a product a person is shown: a shopper what one chooses by, staff everything."""

from micromart_cli.session import Session
from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.products.model import ANY_PRODUCT, Product, ProductStatus, SortKey
from micromart_core.products.service import list_catalogue

FOR_STAFF = ("sku", "name", "category", "price", "stock.available", "status")
"""The columns of a list in which drafts stand beside what is sold."""
_TO_CHOOSE_BY = ("category", "tagline", "description", "price", "stock")


def facts_for(session: Session, product: Product) -> tuple[str, ...] | None:
    """Return the facts that the card of a product shows to this person; None = all of them."""
    if session.flags.verbosity or session.flags.format != "table" or _keeps_catalogue(session):
        return None
    is_sold = product.status is ProductStatus.PUBLISHED
    return _TO_CHOOSE_BY if is_sold else (*_TO_CHOOSE_BY, "status")


def _keeps_catalogue(session: Session) -> bool:
    try:
        session.run(list_catalogue, None, ANY_PRODUCT, SortKey.SHELF, None, 1)
    except (SignInFirst, NotAllowed):
        return False
    return True
