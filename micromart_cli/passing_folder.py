"""A folder for what must not outlast a verb, however often Ctrl-C is pressed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from micromart_core.interrupt import even_when_ended_at_once


@contextmanager
def passing_folder(prefix: str) -> Iterator[Path]:
    """Make a private folder that is gone afterwards, and when a second Ctrl-C ends the process too."""

    def remove() -> None:
        # Twice: a thread of the verb may have made a file in it while it was being emptied.
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)

    folder = Path(tempfile.mkdtemp(prefix=prefix))
    forget = even_when_ended_at_once(remove)
    try:
        yield folder
    finally:
        try:
            remove()
        except KeyboardInterrupt:  # the first Ctrl-C, pressed just now
            remove()
            raise
        finally:
            forget()
