"""micromart search: find products by words."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import verb_app
from micromart_cli.product_options import CategoryOption, InStock, MaxPrice, Sort, StatusOption, filter_of, status_of
from micromart_cli.product_view import FOR_STAFF
from micromart_cli.session import session_of
from micromart_core.products.service_search import search_catalogue, search_products

app = verb_app()


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="QUERY..", help="Words; the last may be only begun.")],
    *,
    category: CategoryOption = None,
    in_stock: InStock = False,
    max_price: MaxPrice = None,
    sort: Sort = None,
    status: StatusOption = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """Find products that have all of these words, best first."""
    session = session_of(context)
    query = " ".join(words)
    where = filter_of(category, max_price, in_stock=in_stock)
    if status is None:
        found = session.run(search_products, query, where, sort, after, limit)
    else:
        found = session.run(search_catalogue, query, status_of(status), where, sort, after, limit)
    session.show(found, columns=FOR_STAFF if status else None, empty=f"Nothing on the shelves for “{query}”.")
    if found.did_you_mean:
        session.say(f"Did you mean “{found.did_you_mean}”?")
