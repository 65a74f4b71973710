"""Runs micromartd with a module of the tests loaded into it: `runner.py MODULE run ..`."""

import sys
from importlib import import_module

from micromart_core.bootstrap import load_handlers
from micromart_daemon.main import main

if __name__ == "__main__":
    load_handlers()
    import_module(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
