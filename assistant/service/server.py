"""The server: opens the port, lets clients in, and ends cleanly."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from types import FrameType
from urllib.parse import urlsplit

from assistant.errors import AssistantError, UsageError
from assistant.service.connection import Connection, Offers
from assistant.service.limits import Limits

LOCALHOST = "localhost"
"""The name of this machine that only it can reach."""

BACKLOG = 128
"""Clients that may knock at the same moment; one more would be let in a second later. Fewer than the strangers allowed,
so that whoever is let in has time to ask."""

PAUSE = 0.02
"""Seconds from one look for a free place to the next."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where clients come to."""

    host: str
    """Name or number."""
    port: int
    """0 takes any that is free."""

    @classmethod
    def parse(cls, uri: str) -> Address:
        """Read `tcp://HOST:PORT`; raises UsageError."""
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port
        except ValueError:
            parts, host, port = urlsplit(""), None, None
        if parts.scheme != "tcp" or not host or port is None or parts.path not in ("", "/"):
            raise UsageError(f"'{uri}' is not an address to serve at.", "Write it like tcp://127.0.0.1:10300.")
        return cls(host, port)

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == LOCALHOST

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"


class Server:
    """Holds as many connections as the limits allow."""

    def __init__(self, offers: Offers, end: Callable[[str], Awaitable[None]], limits: Limits) -> None:
        """`end` ends the conversation of this name."""
        self._offers = offers
        self._end = end
        self._limits = limits
        self._open: dict[Connection, asyncio.Task[None]] = {}
        self._count = 0

    async def run(self, address: Address, ready: Callable[[Address], None]) -> None:
        """Serve until SIGINT or SIGTERM; `ready` is called with the address once clients can come.

        Raises AssistantError when the address cannot be served at.
        """
        over = asyncio.Event()
        try:
            server = await asyncio.start_server(
                self._admit, address.host, address.port, limit=self._limits.header, backlog=BACKLOG
            )
        except OSError as error:
            raise _refused(address, error) from error
        try:
            with stopped_by_signal(over):
                ready(Address(address.host, server.sockets[0].getsockname()[1]))
                await over.wait()
        finally:
            server.close()
            await self._let_all_go()

    def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A client has come; its task is ours, because asyncio would complain about one that is cancelled."""
        strangers = [one for one in self._open if not one.known]
        if len(strangers) >= self._limits.strangers:
            self._let_go(min(strangers, key=lambda one: one.heard))
        self._count += 1
        name = f"client {self._count}"
        connection = Connection(name, reader, writer, self._offers, self._enter, self._limits)
        self._open[connection] = asyncio.create_task(self._serve(connection))

    async def _enter(self, newcomer: Connection) -> None:
        """Wait until a client may ask for the first time; raises TimeoutError.

        If there are too many, the one silent for longest goes; while all are being answered, none does that has not
        taken very long.
        """
        async with asyncio.timeout(self._limits.wait):
            while len(known := [one for one in self._open if one.known]) >= self._limits.connections:
                least = min(known, key=lambda one: (one.busy, one.heard))
                if not least.busy or asyncio.get_running_loop().time() - least.heard > self._limits.turn:
                    self._let_go(least)
                else:
                    await asyncio.sleep(PAUSE)

    async def _serve(self, connection: Connection) -> None:
        try:
            await connection.run()
        finally:
            self._open.pop(connection, None)
            if connection.known:
                await self._end(connection.name)

    def _let_go(self, connection: Connection) -> None:
        self._open.pop(connection).cancel()
        connection.drop()

    async def _let_all_go(self) -> None:
        tasks = list(self._open.values())
        for connection in list(self._open):
            connection.drop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def stopped_by_signal(over: asyncio.Event) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) sets the event; a second one ends at once."""
    loop = asyncio.get_running_loop()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if over.is_set():
            raise KeyboardInterrupt
        loop.call_soon_threadsafe(over.set)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refused(address: Address, error: OSError) -> AssistantError:
    """Why nobody can be served at an address, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return AssistantError(
            f"The port {address.port} of {address.host} is already in use.",
            f"Perhaps 'hearth serve' runs already. Or take another port: "
            f"hearth serve --uri {Address(address.host, address.port + 1)}",
        )
    if error.errno == errno.EACCES:
        return AssistantError(
            f"The port {address.port} is not for everybody.", "Take one above 1023, such as the usual 10300."
        )
    return AssistantError(
        f"{address.host} is not an address of this machine.",
        "Take 127.0.0.1 for this machine alone, or 0.0.0.0 for everyone who can reach it.",
    )
