"""Which kind of server makes student processes on this system."""

from __future__ import annotations

import sys

from torchgrade.sandbox.portable import SpawnServer
from torchgrade.sandbox.server import ForkServer, Server

__all__ = ["new_server"]


def new_server() -> Server:
    """A server at the strongest level that holds here, not yet started."""
    return ForkServer() if sys.platform == "linux" else SpawnServer()
