"""The micromartd command: `run` works behind the shop, `health` says how that is going."""

import os
import sys
from typing import Annotated, Any

import click
import typer
from typer.core import TyperGroup

from micromart_core import __version__
from micromart_core.closed_streams import open_closed_streams
from micromart_core.core_dumps import leave_no_core_dump
from micromart_core.errors import MicroMartError
from micromart_daemon.told import tell, tell_bug, tell_usage

_LISTEN = "Where /health and /metrics answer, a port for each daemon of one host; '' = nowhere."


class _Daemon(TyperGroup):
    """A help that says the whole of what each command does; click would cut it at the end of the line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = [(name, self.commands[name].get_short_help_str(limit=10_000)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(commands)


app = typer.Typer(
    cls=_Daemon,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # typer's own call
    if wanted:
        sys.stdout.write(f"micromartd {__version__}\n")
        raise typer.Exit


@app.callback()
def daemon(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Say the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Work behind a MicroMart shop."""


@app.command()
def run(
    *,
    roles: Annotated[
        str, typer.Option(metavar="LIST", help="Which of relay, consumer, sweeper, mail to be.")
    ] = "relay,consumer,sweeper,mail",
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help=_LISTEN)] = None,
) -> None:
    """Publish and take in events, sweep carts, send letters; until SIGTERM. Any number may run side by side."""
    from micromart_daemon.opening import opened_shop
    from micromart_daemon.roles import read_roles
    from micromart_daemon.running import run_daemon

    wanted = read_roles(roles)
    flags = {} if listen is None else {"daemon.listen": listen}
    with opened_shop(flags=flags, logs="micromartd") as shop:
        os.nice(shop.settings.daemon.niceness)
        code = run_daemon(shop, wanted, shop.settings.daemon.listen)
    raise typer.Exit(code)


@app.command()
def gateway(
    *,
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where it answers.")] = None,
    workers: Annotated[int | None, typer.Option(metavar="NUMBER", help="How many processes answer there.")] = None,
    worker: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve the shop's operations over HTTP, until SIGTERM."""
    from micromart_daemon.extras import needing
    from micromart_daemon.opening import opened_shop
    from micromart_daemon.signals import end_at_once

    with needing("gateway"):
        from micromart_daemon.gateway.opening import ready_for_the_public
        from micromart_daemon.gateway.serving import serve, serve_as_worker
        from micromart_daemon.gateway.worker import worker_named

    given = {"gateway.listen": listen, "gateway.workers": None if workers is None else str(workers)}
    flags = {name: value for name, value in given.items() if value is not None}
    one = None if worker is None else worker_named(worker)
    part = "" if one is None else str(one.number)
    with opened_shop(flags=flags, adjust=ready_for_the_public, logs="micromart-gateway", part=part) as shop:
        if code := serve(shop) if one is None else serve_as_worker(shop, one):
            end_at_once(code)  # something hangs, and closing would wait for it


@app.command()
def ssh(
    *,
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where it answers.")] = None,
) -> None:
    """Serve the storefront to everybody with an SSH client, until SIGTERM."""
    from micromart_daemon.extras import needing
    from micromart_daemon.opening import opened_shop, ready_for_sessions
    from micromart_daemon.signals import end_at_once

    with needing("ssh"):
        from micromart_daemon.ssh.serving import serve

    flags = {} if listen is None else {"ssh.listen": listen}
    with opened_shop(flags=flags, adjust=ready_for_sessions, logs="micromart-ssh") as shop:
        if code := serve(shop):
            end_at_once(code)  # likewise


@app.command()
def web(
    *,
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where it answers.")] = None,
) -> None:
    """Show the storefront of the shop at shop.url in browsers, until SIGTERM; needs no database."""
    from micromart_daemon.web.opening import open_web

    raise typer.Exit(open_web({} if listen is None else {"web.listen": listen}))


@app.command()
def health(
    *,
    output: Annotated[str, typer.Option("-o", "--output", metavar="FORMAT", help="table or json.")] = "table",
    json: Annotated[bool, typer.Option("--json", help="The same as -o json.")] = False,
) -> None:
    """Look at the database, the servers and the work of all daemons; 1 when something is wrong."""
    from micromart_core.maintenance.doctor import examine_service
    from micromart_daemon.opening import opened_shop
    from micromart_daemon.told import show

    if output not in ("table", "json"):
        raise click.BadParameter("it is table or json", param_hint="--output")
    with opened_shop() as shop:
        checkup = examine_service(shop)
    show(checkup, as_json=json or output == "json")
    raise typer.Exit(0 if checkup.ok else 1)


def main(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    leave_no_core_dump()
    open_closed_streams()
    try:
        code: Any = app(words, prog_name="micromartd", standalone_mode=False)
    except click.ClickException as error:
        return tell_usage(error)
    except MicroMartError as error:
        return tell(error)
    except (KeyboardInterrupt, click.Abort):
        return 130
    except Exception as error:  # noqa: BLE001  # no traceback reaches a person; it is in the log
        return tell_bug(error)
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
