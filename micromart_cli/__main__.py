"""The program `micromart`: what Ctrl-C does is settled before anything else is loaded."""

import sys

from micromart_core.closed_streams import open_closed_streams
from micromart_core.interrupt import INTERRUPTED, end_at_once_from_now, end_at_once_until_the_last_moment

end_at_once_until_the_last_moment()
open_closed_streams()


def run() -> None:
    """Run the command line of this process and end with its exit code."""
    try:
        from micromart_cli.main import main

        code = main()
        end_at_once_from_now()
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    run()
