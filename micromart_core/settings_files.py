"""The value of one setting in a file of its own, as Docker, Kubernetes and systemd hand secrets over."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

_ROOT = 0
MOST_BYTES = 65_536
"""No URL or password is longer; a wrong path (a log, a device) must not be read to its end."""


class UnusableFile(ValueError):
    """A file cannot give a setting its value; says why, and never what is in it."""


def read_value(file: Path) -> str:
    """Return what a file holds, without the end of its line; raise UnusableFile.

    Others may read it: a secret in a container is 0444. Whoever may write it can send the shop to a database of theirs.
    """
    try:
        body = _read(file, _check)
    except OSError as error:
        raise UnusableFile(f"the file cannot be read: {error.strerror}") from error
    return _text(body)


def read_sections(file: Path) -> bytes:
    """Return what a file of settings holds; raise OSError, or UnusableFile for one that others could have laid there.

    It may lie in a folder like /tmp, where anybody puts one for whoever comes along: with an issuer of theirs in it,
    the secrets of this person's own settings would go there.
    """
    body = _read(file, _check_owner)
    if len(body) > MOST_BYTES:
        raise UnusableFile(f"the file is larger than {MOST_BYTES} bytes")
    return body


def _read(file: Path, check: Callable[[int], None]) -> bytes:
    opened = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe without a writer would wait
    try:
        check(opened)
        return os.read(opened, MOST_BYTES + 1)
    finally:
        os.close(opened)


def _check_owner(opened: int) -> None:
    _check(opened)
    is_mounted_so = os.fstatvfs(opened).f_flag & os.ST_RDONLY
    if os.fstat(opened).st_uid not in {os.geteuid(), _ROOT} and not is_mounted_so:
        raise UnusableFile("the file belongs to another user of this machine")


def _check(opened: int) -> None:
    mode = os.fstat(opened).st_mode
    if not stat.S_ISREG(mode):
        raise UnusableFile("it is no regular file")
    # A mount of a container can show 0777 and still be closed to everybody's writing.
    if mode & stat.S_IWOTH and not os.fstatvfs(opened).f_flag & os.ST_RDONLY:
        raise UnusableFile("anybody on this machine may write the file: chmod o-w")


def _text(body: bytes) -> str:
    if len(body) > MOST_BYTES:
        raise UnusableFile(f"the file is larger than {MOST_BYTES} bytes")
    try:
        value = body.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UnusableFile("the file is not UTF-8 text") from None
    if not value.strip():
        raise UnusableFile("the file is empty")
    if not value.isprintable():
        raise UnusableFile("the file has more than one line, or characters that cannot be printed")
    return value
