"""The letters of a personal, offline shop: its Maildir lies with its owner, so its owner may read them there."""

import os
import re
import stat
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

_CODE = re.compile(r"^code: (\S+)\s*$", re.MULTILINE)
_FOR_OTHERS = 0o077


def code_sent_to(outbox: Path, address: str) -> str | None:
    """Return the code of the newest letter to an address; None without one, or when the folder is not ours alone."""
    try:
        found = outbox.stat()
        letters = sorted((outbox / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    except OSError:
        return None
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & _FOR_OTHERS:
        return None
    return next((code for letter in letters if (code := _code_in(letter, address))), None)


def _code_in(letter: Path, address: str) -> str | None:
    message: EmailMessage = message_from_bytes(letter.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    if str(message["To"]) != address or body is None:
        return None
    code = _CODE.search(str(body.get_content()))
    return code[1] if code else None
