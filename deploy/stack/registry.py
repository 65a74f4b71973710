"""Which servers the stack is made of; a new one is a file of its own and a line here."""

from pathlib import Path

from deploy.stack.elasticsearch import Elasticsearch
from deploy.stack.keycloak import Keycloak
from deploy.stack.mail import Mail
from deploy.stack.postgresql import PostgreSQL
from deploy.stack.prometheus import Prometheus
from deploy.stack.rabbitmq import RabbitMQ
from deploy.stack.redis import Redis
from deploy.stack.server import Server
from deploy.stack.shipper import Shipper


def servers_of(folder: Path) -> tuple[Server, ...]:
    """Return the servers of the stack under `folder`."""
    return (
        PostgreSQL(folder / "postgresql"),
        Redis(folder / "redis"),
        RabbitMQ(folder / "rabbitmq"),
        Mail(folder / "mail"),
        Keycloak(folder / "keycloak", ports_file=folder / "ports.json"),
        Elasticsearch(folder / "elasticsearch"),
        Shipper(folder / "shipper", ports_file=folder / "ports.json"),
        Prometheus(folder / "prometheus"),
    )
