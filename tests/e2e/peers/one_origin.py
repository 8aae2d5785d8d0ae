"""HTTP and WebSocket on one port, with nothing but the websockets library.

The library answers GET requests only; here a connection that does not ask to become a WebSocket is
answered as HTTP/1.1, one request each, with whatever method and body it has.
"""

import asyncio
import functools
import http
import json
import logging
import socket as sockets
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import AbortHandshake, InvalidMessage
from websockets.legacy.server import WebSocketServerProtocol, serve

logging.getLogger("websockets").setLevel(logging.CRITICAL)  # clients that break off are expected


@dataclass
class Request:
    method: str
    path: str
    query: dict
    headers: Headers
    body: bytes
    transport: asyncio.Transport

    def json(self):
        """The body as an object, or None."""
        try:
            body = json.loads(self.body)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None


def reply(body, status=200):
    return raw_reply(json.dumps(body), "application/json", status)


def raw_reply(text, content_type, status=200):
    body = text.encode()
    headers = Headers({"Content-Type": content_type, "Content-Length": str(len(body)), "Connection": "close"})
    return http.HTTPStatus(status), headers, body


async def read_request(reader, transport):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        request_line, *lines = head.decode("latin-1").split("\r\n")
        method, target, _version = request_line.split(" ")
        headers = Headers(line.split(": ", 1) for line in lines if line)
        body = await reader.readexactly(int(headers.get("Content-Length", 0)))
    except (asyncio.IncompleteReadError, ValueError) as error:
        raise InvalidMessage("not an HTTP request") from error
    url = urlsplit(target)
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    return Request(method, url.path, query, headers, body, transport)


class OneOrigin(WebSocketServerProtocol):
    def __init__(self, *args, answer, admit, **kwargs):
        super().__init__(*args, **kwargs)
        self.answer = answer
        self.admit = admit

    async def read_http_request(self):
        request = await read_request(self.reader, self.transport)
        upgrade = "websocket" in request.headers.get("Upgrade", "").lower()
        refusal = await (self.admit if upgrade else self.answer)(request)
        if refusal is not None:
            raise AbortHandshake(*refusal)
        self.request = request
        self.path, self.request_headers = request.path, request.headers
        return self.path, self.request_headers


def tls(certificate):
    """What a server with this certificate and key needs, a file; nothing for one without."""
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def listen(port, *, answer, admit, converse, max_size=2**20, certificate=None):
    """Listens on loopback, with TLS when there is a certificate. `answer(request)` returns the reply to an HTTP request; `admit(request)` a
    refusal of an upgrade, or None; `converse(socket)` has the conversation that follows."""
    return await serve(
        converse,
        "127.0.0.1",
        port,
        create_protocol=functools.partial(OneOrigin, answer=answer, admit=admit),
        compression=None,
        ssl=tls(certificate),
        ping_interval=None,
        max_size=max_size,
    )


def end_stream(socket):
    """Ends our half of a connection, and listens no more: FIN without a close frame, and no RST."""
    socket.transport.pause_reading()
    socket.transport.get_extra_info("socket").shutdown(sockets.SHUT_WR)
