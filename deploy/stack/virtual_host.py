"""A virtual host of one's own in the stack's RabbitMQ, so that two users of it never meet."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.stack.errors import StackError
from deploy.stack.rabbitmq import PROGRAMS, USER, RabbitMQ
from deploy.stack.stack import Stack

_SECONDS = 120


@contextmanager
def own_virtual_host(folder: Path, name: str) -> Iterator[str]:
    """Lend virtual host `name`, new and empty, by its URL; afterwards it is gone."""
    stack = Stack(folder)
    [server] = [server for server in stack.servers if isinstance(server, RabbitMQ)]
    ports = stack.ports_of(server)
    host, user, all_ = (f'<<"{word}">>' for word in (name, USER, ".*"))
    allow = f"rabbit_auth_backend_internal:set_permissions({user}, {host}, {all_}, {all_}, {all_}, {user})"
    _evaluate(server, ports, f"rabbit_vhost:add({host}, {user}), {allow}.")
    try:
        yield server.url(ports[0], name)
    finally:
        _evaluate(server, ports, f"rabbit_vhost:delete({host}, {user}).")


def _evaluate(server: RabbitMQ, ports: tuple[int, ...], expression: str) -> None:
    """Let the node do what takes rabbitmqctl several calls, each of them the start of an Erlang machine."""
    outcome = subprocess.run(
        [str(PROGRAMS / "rabbitmqctl"), "--silent", "eval", expression],
        check=False,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        env={**os.environ, **server.environment(ports)},
    )
    if outcome.returncode:
        message = f"rabbitmqctl failed: {outcome.stdout}{outcome.stderr}"
        raise StackError(message)
