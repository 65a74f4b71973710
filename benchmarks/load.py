"""Many clients at once: processes with threads that do one thing again and again while something else goes on."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier, Event
from typing import TypeVar

from msgspec import Struct

Work = Callable[[], object]
MakeWork = Callable[[int], Callable[[int], Work]]
"""Called once in each process with its number; what it returns, once for each of its threads, with its number."""
Returned = TypeVar("Returned")
_WARM_UP = 16
_PATIENCE = 120.0
_processes = multiprocessing.get_context("fork")


class Load(Struct, frozen=True):
    """What the clients managed."""

    seconds: float
    latencies: list[float]
    """Seconds of each piece of work."""
    cpu_seconds: float
    """CPU of the clients' processes."""

    @property
    def per_second(self) -> float:
        """Pieces of work in a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of one piece of work."""
        return self.cpu_seconds / max(1, len(self.latencies)) * 1000

    def percentile(self, percent: int) -> float:
        """Return the latency, in milliseconds, that this share of the work stayed under."""
        return sorted(self.latencies)[len(self.latencies) * percent // 100] * 1000


def run_for(make_work: MakeWork, *, processes: int, threads: int, seconds: float, pause: float = 0) -> Load:
    """Let the clients work for some seconds."""
    load, _ = run_while(make_work, lambda: time.sleep(seconds), processes=processes, threads=threads, pause=pause)
    return load


def run_while(
    make_work: MakeWork, body: Callable[[], Returned], *, processes: int, threads: int, pause: float = 0
) -> tuple[Load, Returned]:
    """Let the clients work, each resting `pause` seconds after each piece, until `body` has returned."""
    ready = _processes.Barrier(processes * threads + 1)
    stop = _processes.Event()
    results: multiprocessing.Queue[tuple[list[float], float]] = _processes.Queue()

    def client_process(number: int) -> None:
        results.put(_work_in_threads(make_work(number), threads, ready, stop, pause))

    clients = [_processes.Process(target=client_process, args=(number,)) for number in range(processes)]
    for client in clients:
        client.start()
    ready.wait(_PATIENCE)
    began = time.monotonic()
    try:
        returned = body()
    finally:
        stop.set()
    seconds = time.monotonic() - began
    found = [results.get(timeout=_PATIENCE) for _ in clients]
    for client in clients:
        client.join()
    return Load(seconds, [one for done, _ in found for one in done], sum(cpu for _, cpu in found)), returned


def _work_in_threads(
    make: Callable[[int], Work], threads: int, ready: Barrier, stop: Event, pause: float
) -> tuple[list[float], float]:
    began = [0.0]
    latencies: list[list[float]] = [[] for _ in range(threads)]

    def client(number: int) -> None:
        work = make(number)
        for _ in range(_WARM_UP):
            work()
        ready.wait(_PATIENCE)
        began[0] = began[0] or time.process_time()
        latencies[number] = _time_until(stop, work, pause)

    running = [threading.Thread(target=client, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return [one for each in latencies for one in each], time.process_time() - began[0]


def _time_until(stop: Event, work: Work, pause: float) -> list[float]:
    done: list[float] = []
    while not stop.is_set():
        started = time.monotonic()
        work()
        done.append(time.monotonic() - started)
        if pause:
            time.sleep(pause)
    return done
