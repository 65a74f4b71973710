"""Parts of micromartd that are installed when they are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from micromart_core.errors import MicroMartError


class ExtraMissing(MicroMartError):
    """A part of the program was not installed along."""

    code = "daemon.extra_missing"

    def __init__(self, extra: str, module: str) -> None:
        self.extra, self.module = extra, module
        super().__init__(
            f"`micromartd {extra}` is not installed here.",
            why=f"the extra [{extra}] brings what it needs, and {module} is missing",
            hint=f"pip install 'micromart[{extra}]', into the environment that micromartd runs in",
        )


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Import what an extra brings; raise ExtraMissing where it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("micromart"):
            raise
        raise ExtraMissing(extra, error.name or "something") from error
