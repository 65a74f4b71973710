"""How large the screen of somebody far away is believed to be, whichever door they came in by."""

WIDEST, TALLEST = 400, 150
"""Cells beyond these are left empty: what a client claims costs memory here."""
