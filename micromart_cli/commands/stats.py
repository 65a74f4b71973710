"""micromart stats: sales, stock and carts in numbers."""

from operator import attrgetter
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.moments import moment_of
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.carts.model_stats import CartsBy
from micromart_core.carts.service_stats import count_carts
from micromart_core.inventory.model_reports import StatsBy
from micromart_core.inventory.service_stats import count_movements
from micromart_core.orders.model_reports import SalesBy
from micromart_core.orders.service_stats import show_sales

app = noun_app("Sales, stock and carts in numbers.")
_SUMS = ("orders", "units", "total")
_MOVES = ("movements", "added", "sold", "removed", "change")
_Since = Annotated[str | None, typer.Option("--since", metavar="T", help="From this moment on.")]


@app.command()
def sales(
    context: typer.Context,
    *,
    by: Annotated[SalesBy, typer.Option("--by", help="What to add up by; days and hours are UTC.")] = SalesBy.DAY,
    since: _Since = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """Add up what was sold, without cancelled orders: of 30 days, or of 2 by the hour, unless --since says more."""
    session = session_of(context)
    sold = session.run(show_sales, by, moment_of("--since", since)).items
    columns = (f"key:{by}", *(("name",) if by is SalesBy.PRODUCT else ()), *_SUMS)
    session.show_part(
        sold, limit=limit, after=after, cursor=attrgetter("key"), columns=columns, empty="Nothing was sold."
    )


@app.command()
def stock(
    context: typer.Context,
    *,
    by: Annotated[StatsBy, typer.Option("--by", help="What to add up by; days and hours are UTC.")] = StatsBy.PRODUCT,
    since: _Since = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """Add up what came to the shelves and what left them."""
    session = session_of(context)
    counts = session.run(count_movements, by, moment_of("--since", since), after, limit)
    session.show(counts, columns=(f"key:{by}", *_MOVES), empty="No stock has moved.")


@app.command()
def carts(
    context: typer.Context,
    *,
    by: Annotated[CartsBy, typer.Option("--by", help="What to count by; days and hours are UTC.")] = CartsBy.PRODUCT,
    since: _Since = None,
) -> None:
    """Count what carts hold now; by day or hour, also the carts begun then and what became of them."""
    session = session_of(context)
    stats = session.run(count_carts, by, moment_of("--since", since))
    session.show(stats)
    if not stats.counts:
        session.say("No cart holds anything now." if by is CartsBy.PRODUCT else "No cart was begun in this time.")
