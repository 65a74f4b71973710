"""micromartd with a bug in it: in a session, the help breaks."""

import sys

from micromart_daemon.main import main
from micromart_daemon.ssh.app import LineApp


def break_down(_app: LineApp) -> None:
    secret = "hunter2"  # a local of the frame that breaks
    raise RuntimeError(f"a planted bug, of {len(secret)} signs")


LineApp.action_help = break_down

if __name__ == "__main__":
    sys.exit(main())
