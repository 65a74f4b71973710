"""micromart dead: events that nobody could take in."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.event_log import drop_dead_letters, list_dead_letters, retry_dead_letters, show_dead_letter

app = noun_app("Events nobody could take in: look, retry, drop.")
_Id = Annotated[str, typer.Argument(metavar="ID", help="The dead letter.")]
_Ids = Annotated[list[str], typer.Argument(metavar="ID..", help="The dead letters.")]


@app.command("list")
def list_all(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """List dead letters, oldest first."""
    session = session_of(context)
    session.show(session.run_beside(list_dead_letters, after, limit), empty="No dead letters.")


@app.command()
def show(context: typer.Context, letter_id: _Id) -> None:
    """Show a dead letter: what it says and why it was given up."""
    session = session_of(context)
    session.show(session.run_beside(show_dead_letter, letter_id))


@app.command()
def retry(context: typer.Context, letter_ids: _Ids, *, dry_run: options.DryRun = False) -> None:
    """Let dead letters be delivered again; those that fail again come back here."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run_beside(retry_dead_letters, tuple(letter_ids)))


@app.command()
def drop(context: typer.Context, letter_ids: _Ids, *, dry_run: options.DryRun = False) -> None:
    """Forget dead letters for good."""
    session = session_of(context).under(dry_run=dry_run)
    question = f"Forget {len(letter_ids)} dead {'letter' if len(letter_ids) == 1 else 'letters'} for good?"
    session.show(session.run_destructive_beside(question, drop_dead_letters, tuple(letter_ids)))
