"""micromart job: the work that cron gives to the shop."""

from operator import attrgetter
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of

app = noun_app("What a daemon or cron runs.")
_Name = Annotated[str, typer.Argument(metavar="JOB", help="expire-carts, deliver-events, send-mail, low-stock, purge.")]


@app.command()
def run(context: typer.Context, name: _Name, *, dry_run: options.DryRun = False) -> None:
    """Run a job until nothing is left to do, and say how much it did."""
    from micromart_core.jobs import find_job, run_job

    session = session_of(context).under(dry_run=dry_run)
    find_job(name)
    done = run_job(session.shop_here, name, dry_run=dry_run)
    session.show(done)
    if not done.done:
        session.nothing_to_do("There was nothing to do.")


@app.command("list")
def list_all(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """List the jobs there are."""
    from micromart_core.jobs import list_jobs

    session_of(context).show_part(list_jobs(), limit=limit, after=after, cursor=attrgetter("name"))
