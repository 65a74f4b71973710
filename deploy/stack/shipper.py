"""The private rsyslog: brings the log lines of a folder to the private Elasticsearch, and keeps what waits on disk."""

import shutil
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from deploy.stack.ports import Ports
from deploy.stack.process import Process, processes_in
from deploy.stack.server import Launch

_PROGRAM = Path("/usr/sbin/rsyslogd")
_MODULE = "rsyslog/omelasticsearch.so"
_RULES = """global(workDirectory="{work}" maxMessageSize="256k" net.enableDNS="off")
module(load="imfile" mode="inotify")
module(load="imtcp")
module(load="omelasticsearch")
module(load="fmhash")
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="nothing")
input(type="imfile" file="{logs}/*.jsonl" tag="micromart" ruleset="ship" addMetadata="on")
template(name="line" type="string" string="%msg%")
template(name="index" type="string" string="micromart-logs")
template(name="id" type="string" string="%$!metadata!fileoffset%-%$!hash%")
ruleset(name="nothing") {{ stop }}
ruleset(name="ship") {{
  set $!hash = hash64($msg);
  action(type="omelasticsearch" server="127.0.0.1" serverport="{elasticsearch}" template="line"
         searchIndex="index" dynSearchIndex="on" searchType="" bulkmode="on" bulkid="id" dynbulkid="on"
         errorFile="{work}/refused"
         queue.type="disk" queue.filename="waiting" queue.checkpointInterval="1" queue.dequeueBatchSize="500"
         queue.size="1000000"
         action.resumeRetryCount="-1" action.resumeInterval="1")
}}
"""


@dataclass(frozen=True, slots=True)
class Shipper:
    """What Filebeat does in docker-compose.yml; by an id of each line, what is sent again is there once.

    A million lines may wait: by itself rsyslog lets 1,000 wait for an action, and drops each more after two seconds.
    Stopped while Elasticsearch is away it may lose the line in its hand (seen with Debian's 8.2302, once each time).
    """

    folder: Path
    ports_file: Path
    """Where Elasticsearch's port can be read."""
    name: str = "shipper"
    packages: tuple[str, ...] = ("rsyslog", "rsyslog-elasticsearch")
    ports: tuple[str, ...] = ("shipper",)
    stop_signal: signal.Signals = signal.SIGTERM
    on_request: bool = True

    def is_installed(self) -> bool:
        """Tell whether Debian's program and its way to Elasticsearch are there."""
        return _PROGRAM.exists() and any(Path("/usr/lib").glob(f"*/{_MODULE}"))

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Write its rules, and say how to begin it."""
        work = self.folder / "work"
        for folder in (work, self._logs):
            folder.mkdir(parents=True, exist_ok=True)
        elasticsearch = Ports(self.ports_file).of("elasticsearch") or 9200
        rules = _RULES.format(work=work, logs=self._logs, port=ports[0], elasticsearch=elasticsearch)
        (self.folder / "rsyslog.conf").write_text(rules, encoding="utf-8")
        pid_file = self.folder / "rsyslogd.pid"
        pid_file.unlink(missing_ok=True)
        arguments = [str(_PROGRAM), "-n", "-f", str(self.folder / "rsyslog.conf"), "-i", str(pid_file)]
        return Launch(arguments, folder=self.folder)

    def is_ready(self, port: int) -> bool:
        """Tell whether it runs by its rules: it listens on a port of its own, where it hears nothing out."""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            return False

    def processes(self) -> list[Process]:
        """List the server: nothing else works in its folder."""
        return processes_in(self.folder)

    def remove(self) -> None:
        """Delete the lines, and what waits."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:  # noqa: ARG002  # nobody speaks to its port
        """Return the folder whose lines it brings, in files that end in .jsonl."""
        return {"MICROMART_STACK_LOGS": str(self._logs)}

    @property
    def _logs(self) -> Path:
        return self.folder / "logs"
