"""micromart address: where your orders go."""

from operator import attrgetter
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.users.service_addresses import add_address, default_address, list_addresses, remove_address

app = noun_app("Where your orders go; the first address is the default one.")
_AddressId = Annotated[str, typer.Argument(metavar="ID", help="The address.")]


@app.command("list")
def list_all(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """List your addresses, oldest first."""
    session = session_of(context)
    addresses, nothing = session.run(list_addresses), "No addresses yet: micromart address add"
    session.show_part(addresses, limit=limit, after=after, cursor=attrgetter("id"), empty=nothing)


@app.command()
def add(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Option("--name", metavar="N", help="Who receives it.")],
    line1: Annotated[str, typer.Option("--line1", metavar="L", help="Street and number.")],
    line2: Annotated[str | None, typer.Option("--line2", metavar="L", help="Flat, floor, company.")] = None,
    city: Annotated[str, typer.Option("--city", metavar="C")],
    region: Annotated[str | None, typer.Option("--region", metavar="R", help="State or province.")] = None,
    postcode: Annotated[str, typer.Option("--postcode", metavar="P")],
    country: Annotated[str, typer.Option("--country", metavar="CC", help="Two letters, as DE or US.")],
    dry_run: options.DryRun = False,
) -> None:
    """Keep an address; the first one becomes the default one."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(add_address, name, line1, city, postcode, country, line2, region))


@app.command()
def remove(context: typer.Context, address_id: _AddressId, *, dry_run: options.DryRun = False) -> None:
    """Forget an address; orders keep their copy."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(remove_address, address_id))


@app.command()
def default(context: typer.Context, address_id: _AddressId, *, dry_run: options.DryRun = False) -> None:
    """Send your next orders there."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(default_address, address_id))
