"""Open the socket to listen on, and name its address."""

import argparse
import errno
import ipaddress
import socket
import sys

PORTS_TO_TRY = 50
LAST_PORT = 65_535
NOT_TAKEN = (errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM, errno.EAFNOSUPPORT)


class CannotListen(Exception):
    """No socket could be opened; the text says why and what to do."""


def port_number(given: str) -> int:
    """Return the port in an argument of a command; 0 stands for any free one."""
    if not given.isdecimal() or len(given) > 5 or int(given) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{given!r} is not a port: use a number from 0 (any) to {LAST_PORT}")
    return int(given)


def listen(host: str, port: int) -> socket.socket:
    """Bind the port, or the next one that is free; after many that are taken, any free one.

    Args:
        host: an address or a name of this computer.
        port: the first port to try; 0 takes any free one at once.

    Raises:
        CannotListen: none is free, or this computer has no such address.
    """
    family, address = _address(host)
    last = min(port + PORTS_TO_TRY - 1, LAST_PORT)
    for candidate in (*range(port, last + 1), 0) if port else (0,):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, candidate))
            listener.listen(512)
        except OSError as fault:
            listener.close()
            if fault.errno in NOT_TAKEN:
                raise CannotListen(_why(host, candidate, fault)) from fault
        else:
            return listener
    raise CannotListen(f"No port of {host} is free: other programs use them all. End some of them.")


def url_of(listener: socket.socket, host: str) -> str:
    """Return the address at which this computer reaches a socket.

    Args:
        listener: what listens.
        host: the host that it was asked to listen on.
    """
    bound = ipaddress.ip_address(listener.getsockname()[0])
    if not bound.is_unspecified:
        return _url(host, listener)
    return _url("127.0.0.1" if bound.version == 4 else "::1", listener)


def url_for_others(listener: socket.socket, host: str) -> str:
    """Return the address at which other computers reach a socket, as far as this one knows.

    Args:
        listener: what listens.
        host: the one given with --host.
    """
    everywhere = ipaddress.ip_address(listener.getsockname()[0]).is_unspecified
    return _url(_address_in_network() if everywhere else host, listener)


def _url(name: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _address_in_network() -> str:
    """Return the address of this computer in its network; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that nobody has: it only chooses a network
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _address(host: str) -> tuple[socket.AddressFamily, str]:
    """Return the family and address of a host, IPv4 first: `localhost` has one of each."""
    try:
        found = socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as fault:
        raise CannotListen(
            f"This computer does not know the host {host!r}. Give --host one of its own addresses,"
            " such as 127.0.0.1, or 0.0.0.0 for all of them."
        ) from fault
    family, *_, (address, *_) = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, str(address)


def _why(host: str, port: int, fault: OSError) -> str:
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"Your account may not listen on port {port}. Choose a --port from 1024 on."
    return (
        f"{host} is not an address of this computer. Give --host one of its own addresses,"
        " such as 127.0.0.1, or 0.0.0.0 for all of them."
    )
