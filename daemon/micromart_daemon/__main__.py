"""The program `micromartd`: what Ctrl-C does is settled before anything else is loaded."""

import sys

from micromart_core.interrupt import (
    INTERRUPTED,
    end_at_once_from_now,
    end_at_once_until_the_last_moment,
    interrupt_the_verb_from_now,
)

end_at_once_until_the_last_moment()


def run() -> None:
    """Run the command line of this process and end with its exit code."""
    try:
        from micromart_daemon.main import main

        interrupt_the_verb_from_now()
        code = main()
        end_at_once_from_now()
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    run()
