"""What is on the wire is written down, and every family of errors has a status."""

from pathlib import Path

from micromart_core import errors
from micromart_core.errors import MicroMartError
from micromart_daemon.gateway.problems import STATUS, status_of
from micromart_daemon.gateway.table import offered

FROZEN = Path(__file__).parent / "operations.txt"


def test_no_operation_goes_on_the_wire_by_accident():
    """A new one is read by somebody before it is written into that file."""
    assert list(offered()) == FROZEN.read_text().split()


def test_nothing_that_runs_beside_the_database_is_offered():
    modules = {each.function.__module__ for each in offered().values()}

    assert [name for name in modules if any(word in name for word in ("adapters", "jobs", "maintenance", "auth"))] == []


def test_every_family_of_errors_has_a_status_of_its_own():
    assert [
        family
        for family in MicroMartError.__subclasses__()
        if family.__module__ == errors.__name__ and family not in STATUS
    ] == []


def test_an_error_has_the_status_of_the_nearest_family():
    class Gone(next(family for family in STATUS if family.__name__ == "NotFound")):
        pass

    assert status_of(Gone("It is gone.")) == 404
