"""micromartd with a bug in it: the service breaks before it answers."""

import sys

from micromart_daemon.main import main
from micromart_daemon.ssh.news import SharedNews


def break_down(_news: SharedNews) -> None:
    raise RuntimeError("a planted bug")


SharedNews.begin = break_down

if __name__ == "__main__":
    sys.exit(main())
