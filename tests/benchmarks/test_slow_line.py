"""A slow line counts round trips, not pieces, and brings everything in order."""

import socket
import threading

import pytest

from benchmarks.slow_line import slow_line


@pytest.fixture
def echo():
    """Give the port of a server that answers each line with itself."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        client, _ = listener.accept()
        with client, client.makefile("rwb", buffering=0) as lines:
            for line in lines:
                lines.write(line)

    thread = threading.Thread(target=answer)
    thread.start()
    yield listener.getsockname()[1]
    thread.join()
    listener.close()


def test_what_is_asked_after_an_answer_is_a_round_trip(echo):
    with slow_line("127.0.0.1", echo, 0.002) as line, socket.create_connection(("127.0.0.1", line.port)) as client:
        lines = client.makefile("rwb", buffering=0)
        for number in range(3):
            lines.write(b"ask %d\n" % number)
            assert lines.readline() == b"ask %d\n" % number
        lines.close()

    assert line.round_trips == 3


def test_many_things_at_once_travel_together_and_in_order(echo):
    told = [b"%d\n" % number for number in range(2_000)]
    with slow_line("127.0.0.1", echo, 0.002) as line, socket.create_connection(("127.0.0.1", line.port)) as client:
        client.sendall(b"".join(told))
        with client.makefile("rb") as lines:
            assert [lines.readline() for _ in told] == told
