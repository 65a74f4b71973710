"""RabbitMQ: events go out by a topic exchange, and come in by one quorum queue for each service."""
