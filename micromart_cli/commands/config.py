"""micromart config: the settings that hold, and where each comes from."""

from operator import attrgetter
from typing import Annotated

import typer
from msgspec import Struct

from micromart_cli import options
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.settings_sources import list_settings

app = noun_app("Settings and where they come from.")


class Setting(Struct, frozen=True):
    """One setting as it holds now."""

    name: str
    value: str | None


class Places(Struct, frozen=True):
    """Where settings are read and where this home keeps its things."""

    here: str
    config: str
    data: str
    state: str
    cache: str


@app.command("list")
def list_all(
    context: typer.Context,
    *,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each was read.")] = False,
    limit: options.Limit = options.WHOLE,
    after: options.After = None,
) -> None:
    """Show every setting with the value that holds; secrets as ***."""
    session = session_of(context)
    settings = list_settings(*session.settings_and_origins)
    rows = settings if origin else tuple(Setting(setting.name, setting.value) for setting in settings)
    columns = ("name", "value", "origin") if origin else None
    session.show_part(rows, limit=limit, after=after, cursor=attrgetter("name"), columns=columns)


@app.command()
def path(context: typer.Context) -> None:
    """Show the files and folders in use, the strongest settings file first."""
    session = session_of(context)
    here, config = (str(file.absolute()) for file in session.sources.files)
    home = session.home
    session.show(Places(here, config, str(home.data), str(home.state), str(home.cache)))


@app.command()
def check(context: typer.Context) -> None:
    """Read every source; unknown names and bad values are told and end with 2."""
    session = session_of(context)
    settings = list_settings(*session.settings_and_origins)
    given = sum(setting.origin != "default" for setting in settings)
    session.say(f"{len(settings)} settings are good, {given} of them given here")
