"""The receipt of an order as a file of one's own."""

from pathlib import Path

from micromart_core.orders.model_reports import Receipt
from micromart_core.text import terminal_text

_MOST = 100


def receipt_as_file(receipt: Receipt) -> tuple[str, str]:
    """Return the name of a receipt's file and what is written in it."""
    return f"receipt-{receipt.order}.txt", terminal_text(receipt.text, newlines=True)


def write_receipt(receipt: Receipt, folder: Path) -> Path:
    """Write a receipt into a folder under a name that was not taken, and return the file; raise OSError."""
    name, text = receipt_as_file(receipt)
    for copy in range(1, _MOST):
        path = folder / (name if copy == 1 else name.replace(".txt", f"-{copy}.txt"))
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    msg = f"there are {_MOST - 1} receipts of it already"
    raise FileExistsError(msg)
