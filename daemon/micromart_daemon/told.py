"""What micromartd says to whoever started it."""

import logging
import sys

import click
import msgspec

from micromart_core.errors import MicroMartError
from micromart_core.maintenance.health import Check, Checkup
from micromart_core.text import terminal_text

_USAGE = 2


def tell(error: MicroMartError) -> int:
    """Tell an error in three lines on stderr; return its exit code."""
    _write("\n".join(lines_of(error)))
    return error.exit_code


def lines_of(error: MicroMartError) -> list[str]:
    """Return what, why and what to try, a line each."""
    told = (("error", error.message), ("why", error.why), ("try", error.hint))
    return [f"{label + ':':<7}{terminal_text(text)}" for label, text in told if text]


def tell_usage(error: click.ClickException) -> int:
    """Tell what is wrong with the words of the command line, or what there is when there are none."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        _write(error.format_message())
        return _USAGE
    _write(f"error: {terminal_text(error.format_message())}\ntry:   micromartd --help")
    return _USAGE


def tell_bug(error: Exception) -> int:
    """Log what a developer needs; tell the person one sentence."""
    logging.getLogger("micromart.daemon").error("micromartd failed", exc_info=error)
    _write(f"error: This is a mistake in MicroMart itself.\nwhy:   {type(error).__name__}, see the log")
    return 1


def show(checkup: Checkup, *, as_json: bool) -> None:
    """Print what was looked at: a line each, or the JSON that `micromart doctor` prints."""
    if as_json:
        sys.stdout.write(msgspec.json.encode({"items": checkup.items, "next": None}).decode() + "\n")
        return
    for item in checkup.items:
        fix = f"  try: {item.fix}" if item.fix else ""
        sys.stdout.write(terminal_text(f"{_mark(item)}{item.check:<11}{item.detail}{fix}") + "\n")


def _mark(item: Check) -> str:
    """Say in front of a line whether that is well, wrong, or well and somebody should see to it."""
    if not item.ok:
        return "BAD  "
    return "WARN " if item.fix else "ok   "


def _write(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
