"""The program `micromart`: what Ctrl-C does is settled before anything else is loaded."""

from micromart_core.closed_streams import open_closed_streams
from micromart_core.interrupt import end_at_once_until_the_last_moment, end_with_its_code

end_at_once_until_the_last_moment()
open_closed_streams()


def run() -> None:
    """Run the command line of this process and end with its exit code."""
    end_with_its_code(_load_and_run)


def _load_and_run() -> int:
    from micromart_cli.main import main

    return main()


if __name__ == "__main__":
    run()
