"""The commands of ./dev stack."""

import argparse
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.stack.errors import StackError
from deploy.stack.stack import Stack, alone_in

_FOLDER = Path(__file__).parents[2] / ".stack"
Command = Callable[[Stack, list[str]], int]


def up(stack: Stack, _names: list[str]) -> int:
    """Start what does not run."""
    began = time.monotonic()
    stack.start()
    _say(f"The private servers are up ({time.monotonic() - began:.1f} s).")
    return 0


def down(stack: Stack, _names: list[str]) -> int:
    """End all servers; their data stays."""
    stack.stop()
    _say("The private servers are down.")
    return 0


def remove(stack: Stack, _names: list[str]) -> int:
    """End all servers and delete their data."""
    stack.remove()
    _say("The private servers are down and their data is gone.")
    return 0


def status(stack: Stack, names: list[str]) -> int:
    """Show each server; 1 when one is down."""
    processes = {server: stack.process_of(server) for server in stack.chosen(names)}
    if not names:
        processes = {server: process for server, process in processes.items() if process or not server.on_request}
    for server, process in processes.items():
        where = f"up    127.0.0.1:{stack.ports.of(server.ports[0])}  pid {process.pid}" if process else "down"
        print(f"{server.name:12}{where}")
    return 0 if all(processes.values()) else 1


def env(stack: Stack, names: list[str]) -> int:
    """Print the settings that point at the servers, for a shell to read."""
    for name, value in stack.settings(*names).items():
        print(f"{name}={shlex.quote(value)}")
    return 0


def start(stack: Stack, names: list[str]) -> int:
    """Start the named servers, or let frozen ones go on."""
    stack.start(*names)
    return 0


def stop(stack: Stack, names: list[str]) -> int:
    """End the named servers in good order."""
    stack.stop(*names)
    return 0


def kill(stack: Stack, names: list[str]) -> int:
    """End the named servers at once, with SIGKILL."""
    stack.kill(*names)
    return 0


def pause(stack: Stack, names: list[str]) -> int:
    """Freeze the named servers: they keep their connections and answer nothing."""
    stack.pause(*names)
    return 0


def resume(stack: Stack, names: list[str]) -> int:
    """Let the named servers go on."""
    stack.resume(*names)
    return 0


_WHOLE: tuple[Command, ...] = (up, down, remove)
_SOME: tuple[Command, ...] = (status, env)
_NAMED: tuple[Command, ...] = (start, stop, kill, pause, resume)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev stack", description="Private servers of this checkout.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (*_WHOLE, *_SOME, *_NAMED):
        words = commands.add_parser(command.__name__, help=command.__doc__, description=command.__doc__)
        words.add_argument("--folder", type=Path, default=_FOLDER, help="where their files lie")
        words.set_defaults(command=command, names=[])
        if command not in _WHOLE:
            count = "*" if command in _SOME else "+"
            words.add_argument("names", nargs=count, metavar="NAME", help="a server, as status shows it")
    return parser


def main() -> int:
    """Do what was asked; the exit code is 0, the error's own, or 2 for a misuse."""
    chosen = _parser().parse_args()
    command: Command = chosen.command
    try:
        with alone_in(chosen.folder) as stack:
            return command(stack, chosen.names)
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)
        return error.exit_code


sys.exit(main())
