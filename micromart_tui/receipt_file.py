"""The receipt of an order as a file of one's own."""

from pathlib import Path

from micromart_core.orders.model_reports import Receipt
from micromart_core.text import terminal_text

_MOST = 100


def write_receipt(receipt: Receipt, folder: Path) -> Path:
    """Write a receipt into a folder under a name that was not taken, and return the file; raise OSError."""
    text = terminal_text(receipt.text, newlines=True)
    for copy in range(1, _MOST):
        path = folder / f"receipt-{receipt.order}{'' if copy == 1 else f'-{copy}'}.txt"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    msg = f"there are {_MOST - 1} receipts of it already"
    raise FileExistsError(msg)
