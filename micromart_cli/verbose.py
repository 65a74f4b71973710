"""What -v shows: the log of this run on stderr, made harmless like everything else."""

import logging
import sys

from micromart_core.text import terminal_text

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"


class _Harmless(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return terminal_text(super().format(record), newlines=True)


def log_to_stderr(verbosity: int) -> None:
    """Log what the shop does (-v), or everything (-vv)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Harmless(_FORMAT))
    log = logging.getLogger("micromart" if verbosity == 1 else None)
    log.handlers = [handler]
    log.setLevel(logging.INFO if verbosity == 1 else logging.DEBUG)
