"""micromart mail: the letters the shop wrote."""

import sys
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.notifications.model import MailStatus
from micromart_core.notifications.service import list_mails, resend_mail, show_mail
from micromart_core.text import terminal_text

app = noun_app("Letters the shop wrote: what was told to whom, and whether it has left.")
_FACTS = (
    "to",
    "subject",
    "template",
    "order",
    "status",
    "attempts",
    "queued_at",
    "next_attempt_at",
    "sent_at",
    "last_error",
)
"""What people see above the words."""
_MailId = Annotated[str, typer.Argument(metavar="ID", help="The letter.")]


@app.command("list")
def list_all(
    context: typer.Context,
    *,
    status: Annotated[MailStatus | None, typer.Option("--status", help="Only letters that stand there.")] = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List letters, newest first."""
    session = session_of(context)
    session.show(session.run(list_mails, status, after, limit), empty="No letters.")


@app.command()
def show(context: typer.Context, mail_id: _MailId) -> None:
    """Show a letter and what it says; one that carries a code is refused."""
    session = session_of(context)
    mail = session.run(show_mail, mail_id)
    session.show(mail, columns=_FACTS)
    if session.flags.format == "table" and not session.flags.quiet:
        sys.stdout.write("\n" + terminal_text(mail.text, newlines=True))


@app.command()
def resend(
    context: typer.Context,
    mail_id: _MailId,
    *,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Send the same words again, as a new letter."""
    session = session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key)
    session.show(session.run(resend_mail, mail_id))
