#!/usr/bin/env python3
"""Receivers that do what a receiver must not. The first segment of the path chooses what happens; what follows it is
free, so that each of many endpoints may have a path of its own (`/hang/17`).

    /hang           reads the request and never answers
    /drip           a head, and then a byte of the body a second for ever
    /slow-head      a byte of the head a second, which never ends
    /endless        a chunked body without end, as fast as it is read
    /huge           Content-Length of 10 GB, as fast as it is read
    /redirect       301 to http://169.254.169.254/latest/meta-data/
    /redirect-loop  302 to itself
    /reset          RST after the request
    /half-head      half a head and the end
    /garbage        bytes that are no HTTP
    /many-headers   20 MB of headers
    /gzip-bomb      10 MB that unpack to 10 GB
    /continue       100 Continue for ever
    /early          200 and RST before the body was read
    /truncated      a body that ends before its Content-Length
    /status/CODE    this status
    /ok             200

Run `python3 zoo.py --port 0`. It prints its port on the first line, and on the second that of a listener which accepts
and never says anything: a TLS handshake with it stalls. `GET /_counts` answers
`{"hits": {path: n}, "open": {path: n}, "tls_stall": {"hits": n, "open": n}}`; a connection is counted at the path that
it asked for last. Any number of connections at once; a broken one disturbs no other.

With `--hosts N` it listens at as many more addresses of loopback, on the same two ports: 127.0.1.1, 127.0.1.2 … (see
`address`). To a client each is a host of its own, with connections of its own.
"""

import argparse
import asyncio
import collections
import contextlib
import functools
import http
import json
import resource
import socket
import struct
import zlib

HEAD_LIMIT = 1 << 16
CHUNK = b"x" * 65_536
FAULTS = (OSError, EOFError, asyncio.LimitOverrunError, ValueError)


class Counts:
    def __init__(self):
        self.hits = collections.Counter()
        self.open = collections.Counter()

    def shown(self, stall):
        return {
            "hits": dict(self.hits), "open": {path: count for path, count in self.open.items() if count},
            "tls_stall": {"hits": stall.hits[""], "open": stall.open[""]}}

    def opened(self, path):
        self.hits[path] += 1
        self.open[path] += 1


class Exchange:
    """One request, and the connection that it came by."""

    def __init__(self, reader, writer, method, path, length):
        self.reader, self.writer, self.method, self.path = reader, writer, method, path
        # None: chunked.
        self.length = length

    async def body(self):
        """Reads the request's body to its end and forgets it."""
        if self.length is None:
            while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
                await self.skip(size + 2)
            while await self.reader.readuntil(b"\r\n") != b"\r\n":
                pass
        else:
            await self.skip(self.length)

    async def skip(self, size):
        while size:
            got = await self.reader.read(min(size, 65_536))
            if not got:
                raise EOFError
            size -= len(got)

    async def say(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, status, headers=(), content=b""):
        # Any code may be asked for; these have no body.
        bare = 100 <= status < 200 or status in (204, 304)
        try:
            reason = http.HTTPStatus(status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
        if not bare:
            lines.append(f"Content-Length: {len(content)}")
        await self.say("\r\n".join([*lines, "", ""]).encode() + (b"" if bare else content))

    async def until_closed(self):
        """Until the other side ends; what it sends meanwhile is forgotten."""
        while await self.reader.read(65_536):
            pass

    def reset(self):
        """Ends with RST."""
        with contextlib.suppress(OSError):
            self.writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


# What happens after the request has been read; `True` lets the connection ask again.

async def hang(exchange):
    await exchange.until_closed()


async def drip(exchange):
    await exchange.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
    await slowly(exchange, b"1\r\nx\r\n")


async def slow_head(exchange):
    for byte in b"HTTP/1.1 200 OK\r\nServer: zoo\r\nX-Slow: ":
        await exchange.say(bytes([byte]))
        await asyncio.sleep(1)
    await slowly(exchange, b"x")


async def slowly(exchange, data):
    """Again every second, until the other side ends."""
    closed = asyncio.ensure_future(exchange.until_closed())
    try:
        while not closed.done():
            await exchange.say(data)
            await asyncio.wait([closed], timeout=1)
    finally:
        closed.cancel()
        # So that its fault, if it had one, is not reported as nobody's.
        with contextlib.suppress(asyncio.CancelledError, *FAULTS):
            await closed


async def endless(exchange):
    await exchange.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await exchange.say(b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK))


async def huge(exchange):
    size = 10_000_000_000
    await exchange.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % size)
    while size:
        part = CHUNK[:size]
        await exchange.say(part)
        size -= len(part)
    return True


async def redirect(exchange):
    await exchange.answer(301, [("Location", "http://169.254.169.254/latest/meta-data/")])
    return True


async def redirect_loop(exchange):
    await exchange.answer(302, [("Location", exchange.path)])
    return True


async def reset(exchange):
    exchange.reset()


async def half_head(exchange):
    await exchange.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/pl")


async def garbage(exchange):
    await exchange.say(bytes(range(256)) * 4)


async def many_headers(exchange):
    await exchange.say(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        await exchange.say(b"X-Filler-%06d: %b\r\n" % (number, CHUNK[:980]))
    await exchange.say(b"Content-Length: 0\r\n\r\n")
    return True


async def gzip_bomb(exchange):
    member = bomb()
    await exchange.say(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        % (len(member) * 100))
    for _ in range(100):
        await exchange.say(member)
    return True


@functools.cache
def bomb():
    """100 MB of zeros as one member of a gzip file; members may follow each other."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(bytes(1_000_000)) for _ in range(100)] + [packer.flush()])


async def go_on(exchange):
    while True:
        await exchange.say(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        # A thousand a second: enough to see that somebody counts them, and not all of the machine.
        await asyncio.sleep(0.1)


async def early(exchange):
    await exchange.answer(200)
    # The answer must leave before the connection is torn down.
    await asyncio.sleep(0.02)
    exchange.reset()


async def truncated(exchange):
    await exchange.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nten bytes.")


async def status(exchange):
    parts = exchange.path.split("/")
    code = int(parts[2]) if len(parts) > 2 and parts[2].isdigit() and len(parts[2]) == 3 else 404
    await exchange.answer(code)
    return True


async def okay(exchange):
    await exchange.answer(200)
    return True


KINDS = {
    "hang": hang, "drip": drip, "slow-head": slow_head, "endless": endless, "huge": huge, "redirect": redirect,
    "redirect-loop": redirect_loop, "reset": reset, "half-head": half_head, "garbage": garbage,
    "many-headers": many_headers, "gzip-bomb": gzip_bomb, "continue": go_on, "early": early, "truncated": truncated,
    "status": status, "ok": okay,
}


class Zoo:
    def __init__(self):
        self.counts, self.stall = Counts(), Counts()

    async def serve(self, reader, writer):
        """One connection, with as many requests as it is let ask."""
        at = None
        try:
            while exchange := await request(reader, writer):
                if exchange.path == "/_counts":
                    await exchange.body()
                    content = json.dumps(self.counts.shown(self.stall)).encode()
                    await exchange.answer(200, [("Content-Type", "application/json")], content)
                    continue
                if at is not None:
                    self.counts.open[at] -= 1
                at = exchange.path
                self.counts.opened(at)
                kind = KINDS.get(at.split("/")[1])
                if kind is not early:
                    await exchange.body()
                if kind is None:
                    await exchange.answer(404)
                elif not await kind(exchange):
                    break
        except FAULTS:
            # The other side went, or sent what is no request.
            pass
        finally:
            if at is not None:
                self.counts.open[at] -= 1
            writer.close()

    async def stay_silent(self, reader, writer):
        self.stall.opened("")
        try:
            while await reader.read(65_536):
                pass
        except FAULTS:
            pass
        finally:
            self.stall.open[""] -= 1
            writer.close()


async def request(reader, writer):
    """The next request's head; None at the end of the connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *fields = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    length = None if "chunked" in headers.get("transfer-encoding", "") else int(headers.get("content-length") or 0)
    if "100-continue" in headers.get("expect", "").lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    path = target.split("?")[0]
    return Exchange(reader, writer, method, path if path.startswith("/") else "/", length)


def address(index):
    """One of `--hosts`."""
    return f"127.0.{1 + index // 250}.{1 + index % 250}"


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--stall-port", type=int, default=0, help="of the listener that never says anything")
    parser.add_argument("--hosts", type=int, default=0, metavar="N", help="more addresses of loopback")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    zoo = Zoo()
    # Made before anybody waits for it.
    bomb()
    servers, ports = [], []
    for serve, port in ((zoo.serve, options.port), (zoo.stay_silent, options.stall_port)):
        servers.append(await asyncio.start_server(serve, options.host, port, limit=HEAD_LIMIT, backlog=1024))
        ports.append(servers[-1].sockets[0].getsockname()[1])
        if options.hosts:
            servers.append(await asyncio.start_server(
                serve, [address(index) for index in range(options.hosts)], ports[-1], limit=HEAD_LIMIT, backlog=128))
    # Only now: who reads them may ask at once.
    for port in ports:
        print(port, flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
