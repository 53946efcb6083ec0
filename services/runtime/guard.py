"""Which addresses may be dialled: neither a page nor a subscriber must make us speak to the machines around us (SSRF).

Checked twice: by name before a request is made (every address that the name resolves to), and again for the very address
of the socket, because a name can resolve differently the second time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
_RESERVED = IPv4Network("240.0.0.0/4")
_METADATA = frozenset({ip_address("fd00:ec2::254"), ip_address("100.100.100.200"), ip_address("192.0.0.192")})
"""Cloud metadata services that are not link-local."""

Resolve = Callable[[str, int], Awaitable[list[str]]]


class NotPermitted(ValueError):
    """An address that a guard does not permit; ``reason`` is ``scheme``, ``port`` or ``address``."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class AddressRefused(RuntimeError):
    """Raised instead of opening a socket; its text is the same for every address, which the connector relies on."""

    def __init__(self) -> None:
        super().__init__("an address that must not be dialled")


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name, by the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Guard:
    """The rule for one source or subscriber.

    ``local`` permits private and loopback addresses and any port - never link-local ones. ``ports`` are permitted beside
    those that sites are usually served on.
    """

    def __init__(self, *, local: bool, ports: Collection[int] = (), resolve: Resolve = resolve) -> None:
        self._local = local
        self._ports = {*_PORTS.values(), *range(8000, 10000), *ports}
        self._resolve = resolve

    def permits(self, address: str) -> bool:
        """Whether this IP address may be dialled."""
        return all(self._permits(ip) for ip in _meant(address))

    async def check(self, url: str) -> None:
        """Raises NotPermitted. A name that does not resolve passes: dialling it will fail."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            raise NotPermitted("scheme", f"{parts.scheme}: is not fetched")
        port = parts.port or _PORTS[parts.scheme]
        if not self._local and port not in self._ports:
            raise NotPermitted("port", f"port {port} is not one that sites are served on")
        try:
            addresses = await self._resolve(parts.hostname or "", port)
        except (OSError, UnicodeError):
            return
        for address in addresses:
            if not self.permits(address):
                raise NotPermitted("address", f"{parts.hostname} is {address}")

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for the address that a connector is about to dial. Raises AddressRefused."""
        family, kind, protocol, _, address = info
        if not self.permits(str(address[0])):
            raise AddressRefused
        return socket.socket(family, kind, protocol)

    def _permits(self, ip: IPv4Address | IPv6Address) -> bool:
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip in _METADATA or ip in _RESERVED:
            return False
        return ip.is_global or (self._local and (ip.is_private or ip.is_loopback))


def _meant(address: str) -> list[IPv4Address | IPv6Address]:
    """An address and the IPv4 addresses that it stands for (mapped, 6to4, Teredo, NAT64)."""
    ip = ip_address(address.partition("%")[0])
    meant: list[IPv4Address | IPv6Address] = [ip]
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return [ip.ipv4_mapped]
        if ip.sixtofour:
            meant.append(ip.sixtofour)
        if ip.teredo:
            meant += ip.teredo
        if ip in _NAT64:
            meant.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return meant
