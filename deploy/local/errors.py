"""What can go wrong with a local part, told apart by what the caller can do about it."""


class PartError(RuntimeError):
    """A local part did not start or stop; the message says what to do, and ends with the part's own last log lines."""


class NoBroker(PartError):
    """This machine cannot run Kafka (no Java, no jars) and was given no broker: run without one, or point at one."""


class NoPrometheus(PartError):
    """This machine has no Prometheus and no Debian to fetch one from; the services do without it."""
