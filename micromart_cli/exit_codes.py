"""What each exit code means, from the families of errors themselves."""

from msgspec import Struct

from micromart_cli.main import CLOSED_PIPE
from micromart_core import errors
from micromart_core.interrupt import INTERRUPTED


class ExitCode(Struct, frozen=True):
    """An exit code and its meaning."""

    code: int
    meaning: str


def exit_codes() -> tuple[ExitCode, ...]:
    """Return every exit code, smallest first."""
    families = {errors.MicroMartError: "It failed, or is unhealthy."}
    families |= {
        kind: kind.__doc__ or ""
        for kind in errors.MicroMartError.__subclasses__()
        if kind.__module__ == errors.__name__
    }
    codes = {kind.exit_code: meaning.partition(". ")[0].rstrip(".") + "." for kind, meaning in families.items()}
    codes |= {0: "Done.", INTERRUPTED: "Interrupted.", CLOSED_PIPE: "The reader of the output went away."}
    return tuple(ExitCode(code, meaning) for code, meaning in sorted(codes.items()))
