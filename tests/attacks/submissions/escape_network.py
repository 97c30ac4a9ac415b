# expect: values=value *=failed
"""Looks for a network: TCP, UDP, names, UNIX sockets, listening."""
import socket

import torch


def row_dot(x, w):
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 22)),
        (socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 80)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("1.1.1.1", 53)),
        (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 22)),
        (socket.AF_UNIX, socket.SOCK_STREAM, "/run/docker.sock"),
        (socket.AF_UNIX, socket.SOCK_STREAM, "\0dbus"),
        (socket.AF_NETLINK, socket.SOCK_RAW, (0, 0)),
    ):
        try:
            with socket.socket(family, kind) as channel:
                channel.settimeout(0.2)
                channel.connect(address)
                channel.send(b"hello")
            return (x * w).sum(1)
        except OSError:
            pass
    try:
        socket.getaddrinfo("example.org", 80)
        return (x * w).sum(1)
    except OSError:
        pass
    return torch.zeros(len(x))
