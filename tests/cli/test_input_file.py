"""What a verb reads: a file, a pipe that somebody writes into, and none that nobody does."""

import os
import threading

import pytest

from micromart_cli import input_file
from micromart_cli.input_file import read_input


@pytest.fixture
def pipe(tmp_path):
    os.mkfifo(tmp_path / "levels.csv")
    return tmp_path / "levels.csv"


def test_a_pipe_that_nobody_writes_into_is_refused_and_says_so(cli, shop, pipe):
    ran = cli("stock", "import", str(pipe), "--run-id", "r1", "--json", by=shop.staff())

    assert ran.code == 2
    assert "nobody writes into it" in ran.error["message"]
    assert "name -" in ran.error["try"]


def test_a_pipe_is_read_to_its_end_once_somebody_writes(pipe):
    writer = threading.Thread(target=pipe.write_text, args=("sku,change\n" * 20_000,), daemon=True)
    writer.start()

    assert read_input(str(pipe)) == "sku,change\n" * 20_000
    writer.join()


def test_what_a_shell_pipes_in_by_a_descriptor_is_read_too():
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as end:
        end.write("sku,change\n")

    assert read_input(f"/dev/fd/{reading}") == "sku,change\n"
    os.close(reading)


def test_whoever_has_the_pipe_open_may_take_longer_than_it_is_waited_for(pipe, monkeypatch):
    monkeypatch.setattr(input_file, "WRITER_SECONDS", 0)
    writing = os.open(pipe, os.O_RDWR)

    def write_at_last():
        with os.fdopen(writing, "w") as end:
            end.write("sku,change\n")

    writer = threading.Timer(0.3, write_at_last)
    writer.start()
    assert read_input(str(pipe)) == "sku,change\n"
    writer.join()


def test_a_pipe_whose_writer_said_nothing_is_empty(pipe):
    writer = threading.Thread(target=pipe.write_text, args=("",), daemon=True)
    writer.start()

    assert read_input(str(pipe)) == ""
    writer.join()
