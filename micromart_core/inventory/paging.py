"""How long a page of the stockroom's lists is."""

LONGEST_PAGE = 1000


def page_size(limit: int) -> int:
    """Return the limit within 1 and a thousand."""
    return max(1, min(limit, LONGEST_PAGE))
