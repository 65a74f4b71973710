"""micromart user: people, their roles, scripts that sign in."""

from operator import attrgetter
from pathlib import Path
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.permissions import Role
from micromart_core.users.service_staff import disable_user, enable_user, list_users, show_user

app = noun_app("People who signed in here, their roles, and scripts that sign in by themselves.")
automation = noun_app("Scripts that sign in by themselves.")
app.add_typer(automation, name="automation")
_User = Annotated[str, typer.Argument(metavar="USER", help="A user name or id.")]
_Role = Annotated[Role, typer.Argument(metavar="ROLE", help=", ".join(role for role in Role))]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The client.")]


@app.command("list")
def list_all(
    context: typer.Context,
    *,
    search: Annotated[str | None, typer.Option("--search", metavar="TEXT", help="In a name or an address.")] = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List everybody who ever signed in, in the order they came."""
    session = session_of(context)
    session.show(session.run(list_users, after, limit, search))


@app.command()
def show(context: typer.Context, user: _User) -> None:
    """Show a person, their roles and their orders."""
    session = session_of(context)
    session.show(session.run(show_user, user))


@app.command()
def grant(context: typer.Context, user: _User, role: _Role, *, dry_run: options.DryRun = False) -> None:
    """Give a person a role: at once, or with an issuer by their next token."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.shop.authority.grant(session, user, role))


@app.command()
def revoke(context: typer.Context, user: _User, role: _Role, *, dry_run: options.DryRun = False) -> None:
    """Take a role from a person, at once."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.shop.authority.revoke(session, user, role))


@app.command()
def disable(context: typer.Context, user: _User, *, dry_run: options.DryRun = False) -> None:
    """Block a person at once; their orders are kept."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run_destructive(f"Block {user}?", disable_user, user))


@app.command()
def enable(context: typer.Context, user: _User, *, dry_run: options.DryRun = False) -> None:
    """Let a blocked person in again."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.run(enable_user, user))


@app.command("bootstrap-admin")
def bootstrap_admin(context: typer.Context, user: _User, *, dry_run: options.DryRun = False) -> None:
    """Make the first admin of a shop whose file is yours; once, and without a sign-in."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.shop.authority.bootstrap_admin(user, dry_run=dry_run))


@automation.command("list")
def list_clients(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """List the scripts that may sign in."""
    session = session_of(context)
    clients = session.shop.authority.list_clients(session)
    session.show_part(clients, limit=limit, after=after, cursor=attrgetter("name"), empty="No automation clients.")


@automation.command("create")
def create_client(
    context: typer.Context,
    name: _Name,
    *,
    secret_file: Annotated[Path, typer.Option("--secret-file", metavar="F", help="Where its new secret is written.")],
    dry_run: options.DryRun = False,
) -> None:
    """Let a script sign in; its secret is written into a new file of yours, and shown nowhere."""
    from micromart_cli.secret_file import new_secret_file

    session = session_of(context).under(dry_run=dry_run)
    with new_secret_file(secret_file, keep=not dry_run) as secret:
        client = session.shop.authority.create_client(session, name, secret)
    session.show(client)
    if not dry_run:
        session.say(
            f"It signs in with MICROMART_AUTOMATION__CLIENT_ID={name} and "
            f"MICROMART_AUTOMATION__SECRET_FILE={secret_file.absolute()} in its environment."
        )


@automation.command("remove")
def remove_client(context: typer.Context, name: _Name, *, dry_run: options.DryRun = False) -> None:
    """Let a script sign in no more; what it runs ends at once."""
    session = session_of(context).under(dry_run=dry_run)
    session.show(session.shop.authority.remove_client(session, name))
