"""Options that listing and searching products share."""

from typing import Annotated

import typer

from micromart_core.products.model import ProductFilter, SortKey

CategoryOption = Annotated[str | None, typer.Option("--category", metavar="NAME", help="Only of this category.")]
InStock = Annotated[bool, typer.Option("--in-stock", help="Only what can be had now.")]
MaxPrice = Annotated[str | None, typer.Option("--max-price", metavar="P", help="Only up to this price.")]
Sort = Annotated[SortKey | None, typer.Option("--sort", help="In which order.")]


def filter_of(category: str | None, max_price: str | None, *, in_stock: bool) -> ProductFilter:
    """Put the options together."""
    return ProductFilter(category, in_stock, max_price)
