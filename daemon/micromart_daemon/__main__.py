"""The program `micromartd`: Ctrl-C while it is being loaded, or when all is done, ends it without a word."""

import _signal  # type: ignore[import-not-found]  # not `signal`: loading that takes 4 ms, in which Ctrl-C is a traceback
import os
import sys

INTERRUPTED = 130


def run() -> None:
    """Run the command line of this process and end with its exit code."""
    try:
        from micromart_daemon.main import main

        _on_interrupt(_signal.default_int_handler)
        code = main()
        _on_interrupt(_end_at_once)
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _on_interrupt(handler: object) -> None:
    if _signal.getsignal(_signal.SIGINT) is not _signal.SIG_IGN:  # as in `micromartd run &` of a script: it stays so
        _signal.signal(_signal.SIGINT, handler)


def _end_at_once(_number: int, _frame: object) -> None:
    os._exit(INTERRUPTED)


_on_interrupt(_end_at_once)
if __name__ == "__main__":
    run()
