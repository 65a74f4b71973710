"""The file a verb reads: by its path, or `-` for stdin."""

import sys
from pathlib import Path

from micromart_core.errors import BadRows, InvalidValue


def read_input(path: str) -> str:
    """Return the whole text; raise InvalidValue when it cannot be read, BadRows when it is no UTF-8."""
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InvalidValue(f"{path} cannot be read.", why=error.strerror or str(error)) from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise BadRows(((row, "the file is not UTF-8"),)) from error
