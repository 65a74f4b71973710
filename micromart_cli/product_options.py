"""Options that listing and searching products share."""

from typing import Annotated

import typer

from micromart_core.errors import InvalidValue
from micromart_core.products.model import ProductFilter, ProductStatus, SortKey

ALL = "all"

CategoryOption = Annotated[str | None, typer.Option("--category", metavar="NAME", help="Only of this category.")]
InStock = Annotated[bool, typer.Option("--in-stock", help="Only what can be had now.")]
MaxPrice = Annotated[str | None, typer.Option("--max-price", metavar="P", help="Only up to this price.")]
StatusOption = Annotated[
    str | None, typer.Option("--status", metavar="S", help="For staff: draft, published, archived or all.")
]
Sort = Annotated[SortKey | None, typer.Option("--sort", help="In which order.")]


def filter_of(category: str | None, max_price: str | None, *, in_stock: bool) -> ProductFilter:
    """Put the options together."""
    return ProductFilter(category, in_stock, max_price)


def status_of(text: str) -> ProductStatus | None:
    """Return the status that is meant, None for all; raise InvalidValue."""
    if text == ALL:
        return None
    if text not in list(ProductStatus):
        offered = ", ".join((*ProductStatus, ALL))
        raise InvalidValue(f"“{text}” is no status.", why=f"it is one of {offered}", hint=f"--status {ALL}")
    return ProductStatus(text)
