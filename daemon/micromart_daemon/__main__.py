"""The program `micromartd`: what Ctrl-C does is settled before anything else is loaded."""

from micromart_core.interrupt import (
    end_at_once_until_the_last_moment,
    end_with_its_code,
    interrupt_the_verb_from_now,
)

end_at_once_until_the_last_moment()


def run() -> None:
    """Run the command line of this process and end with its exit code."""
    end_with_its_code(_load_and_run)


def _load_and_run() -> int:
    from micromart_daemon.main import main

    interrupt_the_verb_from_now()
    return main()


if __name__ == "__main__":
    run()
