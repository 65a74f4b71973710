"""micromart profile: your name and e-mail."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.errors import InvalidValue
from micromart_core.users.service import set_profile, show_profile

app = noun_app("Your name and e-mail, as the shop knows them.")
_KEYS = ("name", "email")
_COLUMNS = ("username", "name", "email", "created_at", "last_seen_at")


@app.command()
def show(context: typer.Context) -> None:
    """Show your profile."""
    session = session_of(context)
    session.show(session.run(show_profile), columns=_COLUMNS)


@app.command("set")
def set_values(
    context: typer.Context,
    values: Annotated[list[str], typer.Argument(metavar="KEY=VALUE..", help="name=..., email=...")],
    *,
    dry_run: options.DryRun = False,
) -> None:
    """Change your profile; an e-mail address changes where you sign in."""
    changes = dict(_pair(value) for value in values)
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(set_profile, changes.get("name"), changes.get("email")), columns=_COLUMNS)


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or key not in _KEYS:
        raise InvalidValue(
            f"“{text}” cannot be set.",
            why=f"a profile has {' and '.join(_KEYS)}",
            hint='micromart profile set name="…"',
        )
    return key, value
