"""micromart doctor: what is wrong, and how to mend it."""

from operator import attrgetter

import typer

from micromart_cli import options
from micromart_cli.options import verb_app
from micromart_cli.session import session_of

app = verb_app()


@app.command()
def doctor(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """Look at the database, servers, mail, identity, clocks and files; 1 when something is wrong."""
    from micromart_core.bootstrap import make_missing_shop, open_shop
    from micromart_core.maintenance.doctor import examine

    session = session_of(context)
    make_missing_shop(session.settings, session.home.data, session.say)
    shop = session.closing(open_shop(session.settings, session.home.data))
    checkup = examine(shop, session.home)
    columns = ("check", "ok", "detail", "fix")
    session.show_part(checkup.items, limit=limit, after=after, cursor=attrgetter("check"), columns=columns)
    if not checkup.ok:
        raise typer.Exit(1)
