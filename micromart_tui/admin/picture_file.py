"""A picture read from a file of whoever sits here, checked before the shop is asked to keep it."""

from pathlib import Path

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku
from micromart_core.products.drawing import LARGEST_PICTURE, media_type_of
from micromart_core.products.model import Picture


class UnreadableFile(InvalidValue):
    """There is no such file, or whoever sits here may not read it."""

    code = "picture.unreadable"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} cannot be read.", why=why, hint="name a PNG file, or a drawing as JSON")


class NotYourMachine(InvalidValue):
    """Who sits here is at another machine than the one whose files these are."""

    code = "picture.not_your_machine"

    def __init__(self) -> None:
        super().__init__(
            "Pictures cannot be read from files here.",
            why="this terminal is shown elsewhere, and the files would be those of the machine that draws it",
            hint="micromart product picture on your own machine",
        )


def read_picture(sku: Sku, path: str, *, is_own_machine: bool) -> Picture:
    """Return what is in a file; raise UnreadableFile, NotYourMachine, or UnusablePicture when it is no picture.

    Elsewhere than on one's own machine nothing is looked at: even whether a file is there is not for everybody.
    """
    if not is_own_machine:
        raise NotYourMachine
    named = path.strip().strip("'\"")  # as file managers paste it
    try:
        file = Path(named).expanduser()
        if not file.is_file():  # a pipe would be waited for
            raise UnreadableFile(named, "it is no file" if file.exists() else "there is no such file")
        with file.open("rb") as opened:
            content = opened.read(LARGEST_PICTURE + 1)
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableFile(named, getattr(error, "strerror", None) or str(error)) from error
    return Picture(sku, media_type_of(content), content)
