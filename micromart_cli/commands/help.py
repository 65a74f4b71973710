"""micromart help: what the shop is asked most."""

import sys
from typing import Annotated

import typer

from micromart_cli.options import verb_app
from micromart_cli.session import session_of
from micromart_core.errors import NotFound

app = verb_app()
TOPICS = ("permissions", "exit-codes")


@app.command("help")
def tell(
    context: typer.Context,
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="permissions or exit-codes.")] = None,
) -> None:
    """Tell which permission each verb needs, or what the exit codes mean."""
    if topic is None:
        from micromart_cli.short_help import short_help

        sys.stdout.write(short_help())
    elif topic == "permissions":
        from micromart_cli.verb_permissions import verb_permissions

        session_of(context).show(verb_permissions(), columns=("verb", "permission", "roles"))
    elif topic == "exit-codes":
        from micromart_cli.exit_codes import exit_codes

        session_of(context).show(exit_codes())
    else:
        raise NotFound(f"There is no help on {topic}.", why=f"there is {' and '.join(TOPICS)}", hint="micromart --help")
