"""Where the log goes: ECS JSON lines (Elastic Common Schema) in a file that is made when there is something to say."""

import logging
import os
from pathlib import Path
from socket import gethostname
from typing import TextIO

LARGEST_BYTES = 1_000_000
KEPT_FILES = 3
LARGEST_SHIPPED_BYTES = 20_000_000


class QuietFile(logging.Handler):
    """Writes warnings and worse into a private, rotating file; a folder that cannot be written keeps it silent."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, making file and formatter first when it is the first one."""
        try:
            if self._file is None:
                self._file = _open(self._path)
            self._file.emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say nothing: a log that cannot be written must not break what it tells of."""

    def close(self) -> None:
        """Close the file, if it was opened."""
        if self._file is not None:
            self._file.close()
        super().close()


def log_to_file(path: Path) -> None:
    """Send the shop's warnings to a file instead of the terminal."""
    log = logging.getLogger("micromart")
    for former in log.handlers:
        former.close()
    log.handlers = [QuietFile(path)]
    log.propagate = False


def log_as_json(stream: TextIO, level: str, service: str, folder: Path | None = None, part: str = "") -> None:
    """Send all that is logged to a stream as ECS JSON lines: the shop's from a level on, of libraries what is wrong.

    `service` is the program's name in each line. In a folder the lines are kept as well, for whoever ships them;
    raise OSError when nothing can be written there. `part` tells which of several processes of that name this is:
    each has a file of its own, since they could not take turns at making a new one.
    """
    from ecs_logging import StdlibFormatter

    handlers: list[logging.Handler] = [logging.StreamHandler(stream)]
    if folder is not None:
        handlers.append(_shipped_file(folder, service, part))
    for handler in handlers:
        handler.setFormatter(StdlibFormatter(exclude_fields=["log.original"], extra={"service.name": service}))
    logging.basicConfig(handlers=handlers, level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("micromart").setLevel(level.upper())


def _shipped_file(folder: Path, service: str, part: str) -> logging.Handler:
    """Open a file for this program of this host; its name tells both, so that several may share a folder."""
    from logging.handlers import RotatingFileHandler

    file = folder / f"{'-'.join(filter(None, (service, gethostname(), part)))}.jsonl"
    return RotatingFileHandler(file, maxBytes=LARGEST_SHIPPED_BYTES, backupCount=KEPT_FILES, encoding="utf-8")


def _open(path: Path) -> logging.Handler:
    """Make the file and what writes it; imported here because most runs have nothing to log."""
    from logging.handlers import RotatingFileHandler

    from ecs_logging import StdlibFormatter

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    handler = RotatingFileHandler(path, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    handler.setFormatter(StdlibFormatter(exclude_fields=["process", "log.original"]))
    return handler
