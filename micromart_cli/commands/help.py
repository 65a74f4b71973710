"""micromart help: what the shop is asked most."""

import sys
from typing import Annotated

import typer

from micromart_cli.help_topics import TOPICS
from micromart_cli.options import verb_app
from micromart_cli.session import session_of
from micromart_core.errors import NotFound

app = verb_app()
_ABOUT_PERMISSIONS = (
    "\nA middle dot as the permission: anybody may ask, and the shop looks whether the thing is theirs to see.\n"
    "A verb that stands twice needs the one or the other permission, depending on its options (cart list --all)."
)


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

        session = session_of(context)
        session.show(verb_permissions(), columns=("verb", "permission", "roles"))
        if session.flags.format == "table":
            session.say(_ABOUT_PERMISSIONS)
    elif topic == "exit-codes":
        from micromart_cli.exit_codes import exit_codes

        session_of(context).show(exit_codes())
    else:
        raise NotFound(f"There is no help on {topic}.", why=f"there is {' and '.join(TOPICS)}", hint="micromart --help")
