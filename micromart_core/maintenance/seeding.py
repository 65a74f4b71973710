"""What filling a shop's shelves came to."""

from msgspec import Struct


class Seeded(Struct, frozen=True):
    """How many products of the demo catalogue, and how many made-up ones, were put on the shelves."""

    demo: int
    products: int
