"""micromart audit: who did what."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.audit_words import COLUMNS, in_words
from micromart_cli.moments import moment_of
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.users.service_staff import list_audit

app = noun_app("The append-only trail: who did what to whom or what.")


@app.command("list")
def list_all(
    context: typer.Context,
    *,
    actor: Annotated[str | None, typer.Option("--actor", metavar="A", help="Only what A did.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="T", help="Only since this moment.")] = None,
    action: Annotated[str | None, typer.Option("--action", metavar="A", help="Only this, as role.grant.")] = None,
    target: Annotated[str | None, typer.Option("--target", metavar="T", help="Only to this, as user:ann.")] = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List what was done, newest first."""
    session = session_of(context)
    entries = session.run(list_audit, actor, moment_of("--since", since), action, target, after, limit)
    nothing = "Nothing was done yet."
    if session.flags.format == "table":
        session.show(in_words(entries.items, entries.next), columns=COLUMNS, empty=nothing)
    else:
        session.show(entries, empty=nothing)
