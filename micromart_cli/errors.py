"""How an error is told: three lines for people, one JSON object for scripts, and its exit code for both."""

import sys
import traceback
from pathlib import Path
from typing import Any

from micromart_cli.global_flags import GlobalFlags
from micromart_core.errors import InvalidValue, MicroMartError
from micromart_core.text import terminal_text


class NotConfirmed(MicroMartError):
    """The person said no."""

    code = "not_confirmed"


class NeedsYes(InvalidValue):
    """Something would be destroyed, and there is no terminal to ask on."""

    code = "usage.needs_yes"

    def __init__(self, question: str) -> None:
        self.flag = "--yes"
        super().__init__(
            "This needs --yes without a terminal.", why=question, hint="add --yes, or --dry-run to see what it would do"
        )


def tell(error: MicroMartError, flags: GlobalFlags) -> int:
    """Tell an error on stderr in the format asked for; return its exit code."""
    if flags.is_json:
        _write(_json_of(error))
    else:
        lines = (("error", error.message), ("why", error.why), ("try", error.hint))
        _write("\n".join(f"{label + ':':<7}{terminal_text(text)}" for label, text in lines if text))
    return error.exit_code


def tell_bug(error: Exception, state: Path | None, flags: GlobalFlags) -> int:
    """Write what a developer needs to a file in the state folder; tell the person one sentence."""
    kept = _keep_crash(error, state)
    why = f"the details are in {kept}" if kept else f"{type(error).__name__}"
    told = MicroMartError("This is a mistake in MicroMart itself.", why=why, hint="report it with that file")
    told_code = tell(told, flags)
    if flags.verbosity:
        _write(terminal_text("".join(traceback.format_exception(error)), newlines=True))
    return told_code


def _json_of(error: MicroMartError) -> str:
    from micromart_cli.shapes import plain, to_json

    facts: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "why": error.why or None,
        "try": error.hint or None,
        "details": plain(error.details),
        "trace_id": error.trace_id,
    }
    return to_json({"error": facts})


def _write(text: str) -> None:
    """Write to stderr; a stderr that is closed or full must not hide the exit code."""
    try:
        sys.stderr.write(text.rstrip("\n") + "\n")
        sys.stderr.flush()
    except OSError:
        pass


def _keep_crash(error: Exception, state: Path | None) -> Path | None:
    if state is None:
        return None
    from micromart_core.home import make_private
    from micromart_core.ids import new_id

    # Frames without their local variables: those may hold a password or a token.
    text = "".join(traceback.format_exception(error))
    try:
        file = make_private(state / "crashes") / f"{new_id('crash')}.txt"
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except (OSError, MicroMartError):
        return None
    return file
