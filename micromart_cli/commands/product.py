"""micromart product: browse the catalogue, and keep it."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.input_file import read_bytes, read_input
from micromart_cli.options import noun_app
from micromart_cli.product_options import CategoryOption, InStock, MaxPrice, Sort, StatusOption, filter_of, status_of
from micromart_cli.product_view import FOR_STAFF, facts_for
from micromart_cli.session import session_of
from micromart_core.errors import InvalidValue
from micromart_core.products.model import NewProduct, ProductChanges, ProductStatus, SortKey, Tint, sku_of
from micromart_core.products.service import list_catalogue, list_products, show_product

# What changes the catalogue is imported by the verb that does: browsing starts faster by a tenth without it.
app = noun_app("Browse the catalogue, and keep it.")

Name = Annotated[str | None, typer.Option("--name", metavar="N", help="What it is called.")]
Price = Annotated[str | None, typer.Option("--price", metavar="P", help="In the shop's currency: 19.00.")]
Tagline = Annotated[str | None, typer.Option("--tagline", metavar="T", help="A few words below the name.")]
Description = Annotated[str | None, typer.Option("--description", metavar="T", help="Its story.")]
TintOption = Annotated[Tint | None, typer.Option("--tint", help="The colour it is shown in.")]
ReorderLevel = Annotated[int | None, typer.Option("--reorder-level", metavar="N", help="At how many it counts as low.")]


@app.command("list")
def list_all(
    context: typer.Context,
    *,
    category: CategoryOption = None,
    in_stock: InStock = False,
    max_price: MaxPrice = None,
    sort: Sort = None,
    status: StatusOption = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List products: by shelf, unless sorted otherwise."""
    session = session_of(context)
    where = filter_of(category, max_price, in_stock=in_stock)
    order = sort or SortKey.SHELF
    if status is None:
        page = session.run(list_products, where, order, after, limit)
    else:
        page = session.run(list_catalogue, status_of(status), where, order, after, limit)
    session.show(page, columns=FOR_STAFF if status else None, empty="Nothing on these shelves.")


@app.command()
def show(context: typer.Context, sku: options.Sku) -> None:
    """Show one product."""
    session = session_of(context)
    product = session.run(show_product, sku_of(sku))
    session.show(product, columns=facts_for(session, product))


@app.command()
def create(
    context: typer.Context,
    sku: options.Sku,
    *,
    name: Annotated[str, typer.Option("--name", metavar="N", help="What it is called.")],
    category: Annotated[str, typer.Option("--category", metavar="NAME", help="Where it stands.")],
    price: Annotated[str, typer.Option("--price", metavar="P", help="In the shop's currency: 19.00.")],
    tagline: Tagline = None,
    description: Description = None,
    tint: TintOption = None,
    reorder_level: ReorderLevel = None,
    publish: Annotated[bool, typer.Option("--publish", help="Sell it at once; otherwise it is a draft.")] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Add a product, as a draft with an empty shelf."""
    from micromart_core.products.service_edit import create_product

    session = session_of(context).under(dry_run=dry_run)
    status = ProductStatus.PUBLISHED if publish else ProductStatus.DRAFT
    words = (tagline or "", description or "")
    new = NewProduct(name, category, price, *words, tint or Tint.EMBER, status, reorder_level or 0)
    session.show(session.run(create_product, sku_of(sku), new))


@app.command()
def update(
    context: typer.Context,
    sku: options.Sku,
    *,
    name: Name = None,
    category: CategoryOption = None,
    price: Price = None,
    tagline: Tagline = None,
    description: Description = None,
    tint: TintOption = None,
    reorder_level: ReorderLevel = None,
    if_version: options.IfVersion = None,
    dry_run: options.DryRun = False,
) -> None:
    """Change what is given of a product."""
    from micromart_core.products.service_edit import update_product

    session = session_of(context).under(dry_run=dry_run)
    changes = ProductChanges(name, category, price, tagline, description, tint, reorder_level)
    if changes == ProductChanges():
        raise InvalidValue("There is nothing to change.", hint=f"micromart product update {sku} --price 19.00")
    session.show(session.run(update_product, sku_of(sku), changes, if_version))


@app.command()
def publish(context: typer.Context, sku: options.Sku, *, dry_run: options.DryRun = False) -> None:
    """Show a product to shoppers and sell it."""
    from micromart_core.products.service_edit import publish_product

    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(publish_product, sku_of(sku)))


@app.command()
def archive(
    context: typer.Context,
    sku: options.Sku,
    *,
    recall: Annotated[bool, typer.Option("--recall", help="Free what carts hold, at once, and tell them.")] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Take a product out of sale; what carts hold may still be bought."""
    from micromart_core.products.service_edit import archive_product

    session = session_of(context).under(dry_run=dry_run)
    if recall:
        question = f"Take {sku} out of every cart that holds it?"
        session.show(session.run_destructive(question, archive_product, sku_of(sku), recall=True))
    else:
        session.show(session.run(archive_product, sku_of(sku)))


@app.command()
def restore(context: typer.Context, sku: options.Sku, *, dry_run: options.DryRun = False) -> None:
    """Make an archived product a draft again."""
    from micromart_core.products.service_edit import restore_product

    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(restore_product, sku_of(sku)))


@app.command()
def delete(context: typer.Context, sku: options.Sku, *, dry_run: options.DryRun = False) -> None:
    """Delete a product whose stock never moved."""
    from micromart_core.products.service_edit import delete_product

    session = session_of(context).under(dry_run=dry_run)
    deleted = session.run_destructive(f"Delete {sku}?", delete_product, sku_of(sku))
    session.show(deleted)
    if not dry_run:
        session.say(f"{deleted.sku} is deleted; this is what it was.")


@app.command()
def picture(
    context: typer.Context,
    sku: options.Sku,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A PNG of at most 256 KiB, or a drawing as JSON.")],
    *,
    dry_run: options.DryRun = False,
) -> None:
    """Give a product a picture."""
    from micromart_core.products.drawing import LARGEST_PICTURE
    from micromart_core.products.service_pictures import set_picture

    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(set_picture, sku_of(sku), read_bytes(file, LARGEST_PICTURE)))


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV with at least the column sku; - = stdin.")],
    *,
    dry_run: options.DryRun = False,
) -> None:
    """Make the catalogue say what a file says: all of its rows, or none."""
    from micromart_core.products.service_import import import_products

    session = session_of(context).under(dry_run=dry_run)
    outcome = session.run(import_products, read_input(file))
    session.show(outcome)
    if not outcome.applied:
        session.nothing_to_do("The catalogue says all of it already.")


@app.command()
def export(context: typer.Context) -> None:
    """Write the whole catalogue as CSV (or JSON), to be imported again."""
    from micromart_cli.product_export import export_to_stdout

    export_to_stdout(session_of(context))
