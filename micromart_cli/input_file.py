"""The file a verb reads: by its path, or `-` for stdin."""

import sys
from pathlib import Path

from micromart_core.csv_cells import LARGEST_FILE, FileTooLarge
from micromart_core.errors import BadRows, InvalidValue


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
    with path.open("rb") as file:
        return file.read(most)
