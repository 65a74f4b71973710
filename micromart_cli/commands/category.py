"""micromart category: the shelves of the catalogue."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.products.service_categories import (
    create_category,
    list_categories,
    remove_category,
    rename_category,
)

app = noun_app("The shelves of the catalogue.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The category.")]


@app.command("list")
def list_all(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """List the categories by name."""
    session = session_of(context)
    session.show(session.run(list_categories, after, limit), empty="No categories yet.")


@app.command()
def create(context: typer.Context, name: Name, *, dry_run: options.DryRun = False) -> None:
    """Make an empty category."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(create_category, name))


@app.command()
def rename(
    context: typer.Context,
    name: Name,
    new_name: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    *,
    dry_run: options.DryRun = False,
) -> None:
    """Give a category another name, with all its products."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(rename_category, name, new_name))


@app.command()
def remove(context: typer.Context, name: Name, *, dry_run: options.DryRun = False) -> None:
    """Remove an empty category."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run_destructive(f"Remove the category {name}?", remove_category, name))
