"""A noun only the tests know: vases, to show, to list and to break."""

import time
from datetime import datetime
from decimal import Decimal

import typer
from msgspec import Struct

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.errors import NotFound, Refused
from micromart_core.inventory.model import StockLevel
from micromart_core.money import Money
from micromart_core.operation import name_of, operation
from micromart_daemon.gateway.table import Offered, _arguments_of


class Vase(Struct, frozen=True):
    """A thing to show and to break."""

    id: str
    name: str
    price: Money
    broken_at: datetime | None
    weight: Decimal
    marks: tuple[str, ...] = ()


MING = Vase("vase_1", "Ming", Money(190000, "USD"), None, Decimal("1.50"))
on_show = [MING]
broken: list[str] = []


@operation("catalog:write")
def break_vase(tx, vase_id: str) -> Vase:
    """Break a vase, once."""
    if vase_id != MING.id:
        raise NotFound(f"There is no vase {vase_id}.")
    if broken:
        raise Refused("It is broken already.", why="a vase breaks once", hint="sweep")
    return MING


def on_the_wire() -> tuple[str, Offered]:
    """What a gateway offers of vases: their name there, and what reads the words."""
    return name_of(break_vase), Offered(break_vase, _arguments_of(break_vase))


app = noun_app("Vases.")


@app.command()
def show(context: typer.Context):
    """Show one."""
    session_of(context).show(on_show[0])


@app.command("list")
def list_all(context: typer.Context, count: int = 2, limit: options.Limit = 50, after: options.After = None):
    """List some."""
    vases = [Vase(f"vase_{n}", f"=No. {n}", Money(100 * n, "USD"), None, Decimal(n)) for n in range(count)]
    session_of(context).show_part(vases, limit=limit, after=after, cursor=lambda vase: vase.id, empty="No vases.")


@app.command("break")
def smash(context: typer.Context, vase: str, *, dry_run: options.DryRun = False):
    """Break one."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run_destructive(f"Break {vase}?", break_vase, vase))


@app.command()
def crush(context: typer.Context, vase: str):
    """Break one beside the database."""
    session = session_of(context)
    session.show(session.run_destructive_beside(f"Crush {vase}?", break_vase, vase))


@app.command()
def level(context: typer.Context):
    """Show a level."""
    session_of(context).show(StockLevel("TEA-01", 5, 2, 5, 1))


@app.command()
def dust(context: typer.Context):
    """Do nothing."""
    session_of(context).nothing_to_do("No dust.")


@app.command()
def sleep(context: typer.Context):
    """Take long."""
    time.sleep(20)


@app.command()
def drop(context: typer.Context):
    """Have a bug."""
    canary = "hunter2-canary"
    raise ZeroDivisionError(len(canary))


@app.command()
def stop(context: typer.Context):
    """Be interrupted."""
    raise KeyboardInterrupt
