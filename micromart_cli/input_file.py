"""The file a verb reads: by its path, or `-` for stdin."""

import os
import select
import stat
import sys
from pathlib import Path

from micromart_core.csv_cells import LARGEST_FILE, FileTooLarge
from micromart_core.errors import BadRows, InvalidValue

WRITER_SECONDS = 3
"""How long a named pipe is waited for."""


def read_input(path: str) -> str:
    """Return the whole text; raise InvalidValue when it cannot be read or is too large, BadRows when it is no UTF-8."""
    content = read_bytes(path, LARGEST_FILE)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise BadRows(((row, "the file is not UTF-8"),)) from error


def read_bytes(path: str, most: int) -> bytes:
    """Return what is in a file of at most so many bytes, however long it goes on; raise InvalidValue."""
    try:
        content = sys.stdin.buffer.read(most + 1) if path == "-" else _first_of(Path(path), most + 1)
    except OSError as error:
        raise InvalidValue(
            f"{path} cannot be read.", why=error.strerror or str(error), hint="name a file you may read, or - for stdin"
        ) from error
    if len(content) > most:
        raise FileTooLarge(f"{most // 1024} KiB")
    return content


def _first_of(path: Path, most: int) -> bytes:
    # Whoever opens a pipe waits for whoever writes into it, unless asked not to.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
        is_pipe = stat.S_ISFIFO(os.fstat(file.fileno()).st_mode)
        first = _wait_for_a_writer(path, file.fileno()) if is_pipe else b""
        os.set_blocking(file.fileno(), True)
        return first + file.read(most - len(first))


def _wait_for_a_writer(path: Path, pipe: int) -> bytes:
    """Wait until something lies in a pipe, for a while where nobody may ever write there; return what was taken of it.

    Whoever has it open to write may take as long as it wants.
    """
    has_name = Path(os.path.realpath(path)).exists()  # not so behind /dev/fd, where a shell has begun who writes
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    if waiting.poll(1000 * WRITER_SECONDS if has_name else None):
        return b""
    try:
        first = os.read(pipe, 1)
    except BlockingIOError:  # it is open at the other end
        waiting.poll()
        return b""
    if not first:
        raise InvalidValue(
            f"{path} is a pipe, and nobody writes into it.",
            why=f"nobody opened it in {WRITER_SECONDS} seconds",
            hint="begin what writes first, or send it to stdin and name -",
        )
    return first
