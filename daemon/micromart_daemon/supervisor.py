"""Runs each role in a thread, and begins it again, after ever longer pauses, when it broke."""

import logging
import random
import threading
from collections.abc import Sequence

from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError
from micromart_daemon.roles import Role
from micromart_daemon.stopping import Stop

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds before a role that broke begins again; the pause doubles each time."""
WELL_AFTER = 30.0
"""A role that worked so many seconds before it broke is taken for well: its pauses begin anew."""
_log = logging.getLogger("micromart.daemon")


class Supervisor:
    """The threads of one daemon."""

    def __init__(self, roles: Sequence[Role], stop: Stop) -> None:
        self._stop = stop
        # Daemon threads: one that hangs in a system call must not keep the process from ending.
        self._threads = [
            threading.Thread(target=self._run, args=(role,), name=role.name, daemon=True) for role in roles
        ]

    def start(self) -> None:
        """Begin every role."""
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> list[str]:
        """Wait until every role has finished, that long at most; return the names of those that have not."""
        ends = stopwatch() + seconds
        for thread in self._threads:
            thread.join(max(0.0, ends - stopwatch()))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _run(self, role: Role) -> None:
        pauses = _Pauses()
        while not self._stop.is_set:
            began = stopwatch()
            try:
                role.work(self._stop)
            except Exception as error:  # noqa: BLE001  # a bug in one role must not end the others, and is logged whole
                pause = pauses.after(stopwatch() - began)
                _note(role, error, self._what_then(pause))
                self._stop.wait(pause)

    def _what_then(self, pause: float) -> str:
        return "the daemon ends" if self._stop.is_set else f"it begins again in {pause:.1f} s"


def _note(role: Role, error: Exception, then: str) -> None:
    if isinstance(error, MicroMartError):
        why = f" ({error.why})" if error.why else ""
        _log.warning("%s stopped: %s%s; %s", role.name, error.message, why, then)
    else:
        _log.error("%s failed; %s", role.name, then, exc_info=error)


class _Pauses:
    """Doubling pauses with jitter, so that many daemons do not knock at the same moment."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    def after(self, worked_seconds: float) -> float:
        """Return the pause after a role broke that had worked so long."""
        if worked_seconds >= WELL_AFTER:
            self._next = FIRST_PAUSE
        pause = self._next * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, not a secret
        self._next = min(LONGEST_PAUSE, self._next * 2)
        return pause
