"""micromart stock: what is on hand, and every change of it."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.input_file import read_input
from micromart_cli.moments import moment_of
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.errors import PartlyDone
from micromart_core.inventory.model import OFFERED_REASONS, Sku, reason_of
from micromart_core.inventory.model_changes import Evict, checked_change, checked_count, checked_note
from micromart_core.inventory.model_runs import run_id_of
from micromart_core.inventory.service_evictions import list_holds, release_hold
from micromart_core.inventory.service_import import import_good_rows, import_stock, undo_import
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_levels import explain_level, list_levels, list_low, show_level
from micromart_core.inventory.service_stock import adjust_stock, count_stock
from micromart_core.inventory.service_verify import repair_held, verify_stock
from micromart_core.products.model import sku_of

app = noun_app("What is on hand, and every change of it.")

ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="R", help=f"a word of a-z and -: {', '.join(OFFERED_REASONS)}, ...")
]
EvictOption = Annotated[
    Evict | None, typer.Option("--evict", help="Free the newest holds until it fits, and tell their shoppers.")
]


@app.command("list")
def list_all(
    context: typer.Context,
    *,
    low: Annotated[bool, typer.Option("--low", help="Only what has fallen to its reorder level.")] = False,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List stock levels by SKU."""
    session = session_of(context)
    session.show(
        session.run(list_low if low else list_levels, after, limit),
        empty="No product is low." if low else "No product yet.",
    )


@app.command()
def show(context: typer.Context, sku: options.Sku) -> None:
    """Show the level of one product."""
    session = session_of(context)
    session.show(session.run(show_level, sku_of(sku)))


@app.command()
def explain(context: typer.Context, sku: options.Sku) -> None:
    """Show who holds a product and why no more is available."""
    session = session_of(context)
    session.show(session.run(explain_level, sku_of(sku)))


@app.command()
def history(
    context: typer.Context,
    sku: options.Sku,
    *,
    since: Annotated[str | None, typer.Option("--since", metavar="T", help="Movements since this moment.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help="The ledger as it was at this moment.")] = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """Show the ledger of a product, newest first; with --at the first balance is what was on hand then."""
    session = session_of(context)
    moment = moment_of("--at", at)
    page = session.run(list_movements, sku_of(sku), moment_of("--since", since), moment, after, limit)
    session.show(page, empty="No movement.")
    if moment is not None and after is None and since is None:
        session.say(f"on hand then: {page.items[0].balance if page.items else 0}")


@app.command()
def adjust(
    context: typer.Context,
    sku: options.Sku,
    *,
    by: Annotated[int, typer.Option("--by", metavar="±N", help="How many more, or fewer.")],
    reason: ReasonOption,
    note: options.Note = None,
    evict: EvictOption = None,
    if_version: options.IfVersion = None,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Add to, or take from, what is on hand."""
    session = session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key)
    change = (sku_of(sku), checked_change(by), reason_of(reason), checked_note(note), evict, if_version)
    if evict:
        question = f"Change {change[0]} by {by:+} and evict the newest holds that are in the way?"
        session.show(session.run_destructive(question, adjust_stock, *change))
    else:
        session.show(session.run(adjust_stock, *change))


@app.command()
def count(
    context: typer.Context,
    sku: options.Sku,
    on_hand: Annotated[int, typer.Argument(metavar="N", help="How many were counted.")],
    *,
    reason: ReasonOption,
    note: options.Note = None,
    evict: EvictOption = None,
    if_version: options.IfVersion = None,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Make what is on hand what was counted."""
    session = session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key)
    counted = (sku_of(sku), checked_count(on_hand), reason_of(reason), checked_note(note), evict, if_version)
    if evict:
        question = f"Set {counted[0]} to {on_hand} and evict the newest holds that are in the way?"
        session.show(session.run_destructive(question, count_stock, *counted))
    else:
        session.show(session.run(count_stock, *counted))


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV: sku, by or on_hand, reason, note; - = stdin.")],
    *,
    run_id: Annotated[str, typer.Option("--run-id", metavar="ID", help="The same id and file are done once.")],
    partial: Annotated[bool, typer.Option("--partial", help="Apply the good rows; exit 9 when some are not.")] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Change the stock of many products from a file: all of its rows, or none."""
    session = session_of(context).under(dry_run=dry_run)
    named = run_id_of(run_id)
    result = session.run(import_good_rows if partial else import_stock, read_input(file), named)
    session.show(result)
    if result.was_done:
        session.say(f"the run {named} was applied before; nothing was changed again")
    if result.rejected:
        raise PartlyDone(
            f"{len(result.rejected)} of {result.applied + len(result.rejected)} rows were not applied.",
            why="each is listed with its error",
            hint="correct them and import them under a new --run-id",
        )
    if not result.applied:
        session.nothing_to_do("The file has no rows.")


@app.command()
def undo(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(metavar="RUN_ID", help="The import to take back.")],
    *,
    dry_run: options.DryRun = False,
) -> None:
    """Take back what an import changed, once."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run_destructive(f"Take back all that {run_id} changed?", undo_import, run_id))


@app.command()
def holds(
    context: typer.Context,
    sku: Annotated[str | None, typer.Argument(metavar="SKU", help="Of one product only.")] = None,
    *,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List what carts hold, and until when."""
    session = session_of(context)
    session.show(session.run(list_holds, _sku_or_none(sku), after, limit), empty="Nothing is held.")


@app.command()
def release(
    context: typer.Context,
    cart: Annotated[str, typer.Argument(metavar="CART", help="The cart's id.")],
    sku: Annotated[str | None, typer.Argument(metavar="SKU", help="One product only.")] = None,
    *,
    reason: ReasonOption,
    dry_run: options.DryRun = False,
) -> None:
    """Free what a cart holds, and tell its shopper."""
    session = session_of(context).under(dry_run=dry_run)
    named, why = _sku_or_none(sku), reason_of(reason)
    question = f"Free {named or 'everything'} that {cart} holds?"
    session.show(session.run_destructive(question, release_hold, cart, named, why))


@app.command()
def verify(
    context: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Set wrong held counters right; the ledger never.")] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Replay the ledger and count what is held; exit 1 when something differs."""
    session = session_of(context).under(dry_run=dry_run)
    report = session.run(repair_held if fix else verify_stock)
    session.show(report)
    if not report.ok:
        raise typer.Exit(1)


def _sku_or_none(text: str | None) -> Sku | None:
    return None if text is None else sku_of(text)
