"""Secrets of this checkout, made on first use, in files that only their owner can read."""

import secrets
from pathlib import Path


def secret_in(file: Path) -> str:
    """Return the secret kept in `file`, a new one when there is none yet."""
    if not file.exists():
        write_private(file, secrets.token_hex(16))
    return file.read_text(encoding="ascii")


def write_private(file: Path, text: str) -> None:
    """Put `text` into `file`, whole or not at all, for its owner alone."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text, encoding="ascii")
    new.rename(file)
