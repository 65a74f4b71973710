"""micromart db: the database itself."""

from contextlib import AbstractContextManager, closing
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import Session, session_of
from micromart_core.errors import InvalidValue

if TYPE_CHECKING:
    from micromart_core.bootstrap import Shop

app = noun_app("The database: upgrade, check, seed, back up, restore, move.")
_BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


@app.command()
def upgrade(context: typer.Context, *, dry_run: options.DryRun = False) -> None:
    """Bring the tables to this version; where there is no shop yet, make an empty one."""
    from micromart_core.maintenance.upgrading import plan_upgrade, upgrade_shop

    session = session_of(context).under(dry_run=dry_run)
    with _shop_as_it_is(session) as shop:
        done = (plan_upgrade if dry_run else upgrade_shop)(shop)
    session.show(done)
    if done.was == done.revision:
        session.nothing_to_do("The database is current.")


@app.command()
def current(context: typer.Context) -> None:
    """Show the revision of the tables, and the one this version needs."""
    from micromart_core.migration import revisions_of

    session = session_of(context)
    with _shop_or_a_new_one(session) as shop:
        session.show(revisions_of(shop.database))


@app.command()
def check(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """Look through the database: is it whole, of this version, and are its promises kept? 1 when not."""
    from micromart_core.maintenance.health import check_database

    session = session_of(context)
    with _shop_or_a_new_one(session) as shop:
        checkup = check_database(shop)
    session.show_part(checkup.items, limit=limit, after=after, cursor=attrgetter("check"))
    if not checkup.ok:
        raise typer.Exit(1)


@app.command()
def seed(
    context: typer.Context,
    *,
    demo: Annotated[bool, typer.Option("--demo", help="The demo catalogue.")] = False,
    products: Annotated[int, typer.Option("--products", metavar="N", min=0, help="So many made-up products.")] = 0,
    dry_run: options.DryRun = False,
) -> None:
    """Put the demo catalogue, or any number of made-up products, on the shelves; what is there stays as it is."""
    from micromart_core.maintenance.seeding import Seeded

    if not demo and not products:
        raise InvalidValue("What is to be put on the shelves?", hint="micromart db seed --demo, or --products N")
    session = session_of(context).under(dry_run=dry_run)
    seeded = Seeded(_seed_demo(session) if demo else 0, _seed_products(session, products))
    session.show(seeded)
    if not seeded.demo and not seeded.products:
        session.nothing_to_do("All of them were there.")


@app.command()
def backup(context: typer.Context, file: _BackupFile) -> None:
    """Write the whole shop of one moment into a file, while it goes on selling."""
    from micromart_core.maintenance.backup import back_up

    session = session_of(context)
    session.show(back_up(session.shop_here.database, file))


@app.command()
def restore(context: typer.Context, file: _BackupFile, *, dry_run: options.DryRun = False) -> None:
    """Make the shop what it was when the backup was taken; everybody has to sign in again."""
    from micromart_core.maintenance.restore import plan_restore
    from micromart_core.maintenance.restore import restore as restore_backup

    session = session_of(context).under(dry_run=dry_run)
    restored = plan_restore(file)
    if not dry_run:
        session.confirm(f"Replace the whole shop by what it was in {file}?")
        with _shop_as_it_is(session) as shop:
            restored = restore_backup(shop.database, file)
        session.say("The shop is what it was then. Everybody is signed out, and signs in anew: micromart auth login")
    session.show(restored)


@app.command()
def copy(
    context: typer.Context,
    *,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="An empty database.")],
    dry_run: options.DryRun = False,
) -> None:
    """Copy the shop, all but sessions and codes, into an empty database, and compare the counts."""
    from msgspec.structs import replace

    from micromart_core.database import Database, parse_url
    from micromart_core.maintenance.copying import copy_shop, plan_copy

    session = session_of(context).under(dry_run=dry_run)
    if parse_url(to, "--to").password:
        session.say("The password in --to can be seen by others on this machine: use PGPASSWORD or PGPASSFILE.")
    target = Database(replace(session.settings.database, url=to))
    source = session.shop_here
    try:
        session.show((plan_copy if dry_run else copy_shop)(source.database, target))
    finally:
        target.close()


def _shop_as_it_is(session: Session) -> AbstractContextManager["Shop"]:
    """Open the shop whatever its revision, and though there may be no file yet."""
    from micromart_core.bootstrap import open_shop

    return closing(open_shop(session.settings, session.home.data))


def _shop_or_a_new_one(session: Session) -> AbstractContextManager["Shop"]:
    from micromart_core.bootstrap import make_missing_shop

    make_missing_shop(session.settings, session.home.data, session.say)
    return _shop_as_it_is(session)


def _seed_demo(session: Session) -> int:
    from micromart_core.products.demo import seed_demo

    return session.run_beside(seed_demo)


def _seed_products(session: Session, count: int) -> int:
    from micromart_core.products.generated import MOST_AT_ONCE, seed_many

    return sum(
        session.run_beside(seed_many, min(MOST_AT_ONCE, count - done), done + 1)
        for done in range(0, count, MOST_AT_ONCE)
    )
