"""A process that dies leaves no copy of its memory: that would hold passwords and tokens."""


def leave_no_core_dump() -> None:
    """Forbid core dumps to this process and its children, whatever the shell allows."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
