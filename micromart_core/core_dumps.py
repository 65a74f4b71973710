"""A process leaves no copy of its memory to others: that would hold passwords and tokens."""

import sys

_PR_SET_DUMPABLE = 4
"""Of <linux/prctl.h>."""


def leave_no_core_dump() -> None:
    """Forbid core dumps to this process and its children, whatever the shell allows."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def let_nobody_look_in() -> None:
    """Keep memory and environment of this process from its own user's other processes; on Linux, which knows how."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
