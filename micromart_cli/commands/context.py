"""micromart context: shops elsewhere by name, and which one this home works with."""

from operator import attrgetter
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import Session, session_of
from micromart_core.bootstrap_remote import contexts_of, forget_shop

app = noun_app("Shops elsewhere, and which one is in use.")
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of a shop; here is this machine's own.")]
_Url = Annotated[str, typer.Argument(metavar="URL", help="Where its gateway answers: https://shop.example.org.")]
_COLUMNS = ("name", "url", "in_use")


@app.command()
def add(context: typer.Context, name: _Name, url: _Url) -> None:
    """Give the shop behind a gateway a name; the first verb that works with it asks it anything."""
    session = session_of(context)
    added = contexts_of(session.home).add(name, url)
    session.say(f"{added.name} is {added.url}: micromart context use {added.name}")
    session.show(added, columns=_COLUMNS)


@app.command()
def use(context: typer.Context, name: _Name) -> None:
    """Work with this shop from now on, in every verb and screen; here is this machine's own."""
    session = session_of(context)
    used = contexts_of(session.home).use(name)
    if session.settings.shop.url:
        session.say("The setting shop.url goes before what is in use: micromart config list --origin")
    session.show(used, columns=_COLUMNS)


@app.command("list")
def list_all(context: typer.Context, *, limit: options.Limit = options.PAGE, after: options.After = None) -> None:
    """List the shops that have a name here."""
    session = session_of(context)
    rows = contexts_of(session.home).all()
    session.show_part(rows, limit=limit, after=after, cursor=attrgetter("name"), columns=_COLUMNS)


@app.command()
def remove(context: typer.Context, name: _Name) -> None:
    """Forget a shop's name; with its last name the session there ends, and the cart's secret is forgotten."""
    session = session_of(context)
    contexts = contexts_of(session.home)
    url = contexts.find(name).url
    if url is not None and all(each.url != url or each.name == name for each in contexts.all()):
        _leave(session, url)
    session.show(contexts.remove(name), columns=_COLUMNS)


def _leave(session: Session, url: str) -> None:
    left = forget_shop(url, session.home, session.settings)
    if left is not None:
        user, is_ended = left
        where = "there and here" if is_ended else "here only: there it could not be done, and ends by itself"
        session.say(f"{user} is signed out, {where}.")
