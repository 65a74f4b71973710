"""A broker that is missed after four seconds instead of a minute, so that a test need not wait that long."""

from micromart_core.adapters.rabbitmq import connection

connection.HEARTBEAT_SECONDS = 2
