"""micromart help: what the shop is asked most."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from micromart_cli import options
from micromart_cli.help_topics import TOPICS
from micromart_cli.options import verb_app
from micromart_cli.session import session_of
from micromart_core.errors import NotFound
from micromart_core.paging import LONGEST_PAGE

if TYPE_CHECKING:
    from micromart_cli.verb_permissions import VerbPermission

app = verb_app()
_ABOUT_PERMISSIONS = (
    "\nA middle dot as the permission: anybody may ask, and the shop looks whether the thing is theirs to see.\n"
    "A verb that stands twice needs the one or the other permission, depending on its options (cart list --all);\n"
    "catalog:price is needed beside the other one, where a price is set or changes (product update, product import)."
)


@app.command("help")
def tell(
    context: typer.Context,
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="permissions or exit-codes.")] = None,
    *,
    limit: options.Limit = LONGEST_PAGE,
    after: options.After = None,
) -> None:
    """Tell which permission each verb needs, or what the exit codes mean."""
    if topic is None:
        from micromart_cli.short_help import short_help

        sys.stdout.write(short_help())
    elif topic == "permissions":
        from micromart_cli.verb_permissions import verb_permissions

        session = session_of(context)
        columns = ("verb", "permission", "roles")
        session.show_part(verb_permissions(), limit=limit, after=after, cursor=_row_of, columns=columns)
        if session.flags.format == "table":
            session.say(_ABOUT_PERMISSIONS)
    elif topic == "exit-codes":
        from micromart_cli.exit_codes import exit_codes

        session_of(context).show_part(exit_codes(), limit=limit, after=after, cursor=lambda row: str(row.code))
    else:
        raise NotFound(f"There is no help on {topic}.", why=f"there is {' and '.join(TOPICS)}", hint="micromart --help")


def _row_of(row: "VerbPermission") -> str:
    return f"{row.verb}:{row.permission or 'anybody'}"
