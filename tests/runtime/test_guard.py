"""Which addresses are dialled."""

from __future__ import annotations

import socket

import pytest

from services.runtime.guard import AddressRefused, Guard, NotPermitted

PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"]
PRIVATE = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd12::1", "::ffff:127.0.0.1"]
NEVER = [
    "169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "::", "224.0.0.1", "ff02::1",
    "255.255.255.255", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "100.64.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_dialled(address: str) -> None:
    assert Guard(local=False).permits(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_dialled_for_a_local_source_only(address: str) -> None:
    assert not Guard(local=False).permits(address)
    assert Guard(local=True).permits(address)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_dialled(address: str) -> None:
    assert not Guard(local=False).permits(address)
    assert not Guard(local=True).permits(address)
    with pytest.raises(AddressRefused):
        Guard(local=True).open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80)))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://www.example.gov.cn/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://www.example.gov.cn:22/", "port"),
        ("http://www.example.gov.cn:6379/", "port"),
        ("http://mixed.example.gov.cn/", "address"),
        ("http://inside.example.gov.cn:8080/", "address"),
    ],
)
async def test_what_is_refused_before_anything_is_sent(url: str, reason: str) -> None:
    with pytest.raises(NotPermitted) as caught:
        await Guard(local=False, resolve=names).check(url)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "url", ["http://www.example.gov.cn/", "https://www.example.gov.cn:8443/x", "http://unknown.example.gov.cn/"]
)
async def test_what_may_be_asked(url: str) -> None:
    await Guard(local=False, resolve=names).check(url)


async def test_the_port_of_a_start_page_may_be_asked() -> None:
    await Guard(local=False, ports=[81], resolve=names).check("http://www.example.gov.cn:81/")


async def names(host: str, port: int) -> list[str]:
    known = {
        "www.example.gov.cn": ["93.184.216.34"],
        "mixed.example.gov.cn": ["93.184.216.34", "127.0.0.1"],
        "inside.example.gov.cn": ["10.1.2.3"],
    }
    if host not in known:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return known[host]
