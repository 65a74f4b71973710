"""The commands of ./dev stack."""

import argparse
import shlex
import sys
import time
from pathlib import Path

from deploy.stack.errors import StackError
from deploy.stack.stack import Stack, alone_in

_FOLDER = Path(__file__).parents[2] / ".stack"


def up(stack: Stack) -> int:
    """Start what does not run."""
    began = time.monotonic()
    stack.up()
    print(f"The private servers are up ({time.monotonic() - began:.1f} s).", file=sys.stderr)
    return 0


def down(stack: Stack) -> int:
    """End all servers; their data stays."""
    stack.down()
    print("The private servers are down.", file=sys.stderr)
    return 0


def remove(stack: Stack) -> int:
    """End all servers and delete their data."""
    stack.remove()
    print("The private servers are down and their data is gone.", file=sys.stderr)
    return 0


def status(stack: Stack) -> int:
    """Show each server; 1 when one is down."""
    processes = {server.name: stack.process_of(server) for server in stack.servers}
    for name, process in processes.items():
        where = f"up    127.0.0.1:{stack.ports.of(name)}  pid {process.pid}" if process else "down"
        print(f"{name:12}{where}")
    return 0 if all(processes.values()) else 1


def env(stack: Stack) -> int:
    """Print the settings that point at the servers, for a shell to read."""
    for name, value in stack.settings().items():
        print(f"{name}={shlex.quote(value)}")
    return 0


_COMMANDS = {command.__name__: command for command in (up, down, remove, status, env)}


def main() -> int:
    """Do what was asked; the exit code is 0, the error's own, or 2 for a misuse."""
    parser = argparse.ArgumentParser(prog="./dev stack", description="Private servers of this checkout.")
    parser.add_argument("command", choices=_COMMANDS)
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where their files lie")
    chosen = parser.parse_args()
    try:
        with alone_in(chosen.folder) as stack:
            return _COMMANDS[chosen.command](stack)
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)
        return error.exit_code


sys.exit(main())
