"""Which hosts never leave this machine, so that what is said to them needs no TLS."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """True for what is loopback by its name; a name that only resolves there may resolve elsewhere tomorrow."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
