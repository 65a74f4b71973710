"""What filling a shop's shelves came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many products of the demo catalogue, and how many made-up ones, were put on the shelves."""

    demo: int
    products: int
