"""A model server that speaks Ollama's and OpenAI's APIs over raw sockets, with misfortunes on demand.

Options:
  tokens       how many tokens an answer has (default 10); token i is "t<i> " with an é now and then
  token_bytes  how long a token is at least
  first_s, gap_s   before the first token, between tokens
  slots        generations at once; others wait in the server (default: any number)
  pieces       cut what is written into pieces of so many bytes, each sent on its own
  do           what becomes of each generation in turn, the last for all that follow: "answer", "status 503",
               "error" (a message in mid-stream), "reset", "close" (in the middle of a chunk), "cut" (no end mark),
               "garbage" (no JSON), "silence"
  key          the API key that must be sent
  certificate  speak TLS, with this file
"""

import asyncio
import json
import socket
import struct

from one_origin import tls
from peer import main


def token(index):
    return f"t{index}{'é' if index % 3 == 0 else ''} "


class Connection:
    """What a client asks on one connection, which is read ahead of the answers."""

    def __init__(self, reader):
        self.requests = asyncio.Queue()  # None: the client has gone
        self.gone = asyncio.Event()
        self.unanswered = 0
        self.listening = asyncio.ensure_future(self.listen(reader))

    async def listen(self, reader):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                body = await reader.readexactly(int(fields.get("Content-Length", 0)))
                self.unanswered += 1
                self.requests.put_nowait((head, fields, body))
        except (ConnectionError, asyncio.IncompleteReadError):
            self.gone.set()
            self.requests.put_nowait(None)

    async def pause(self, time_s):
        """Waits, unless the client goes away meanwhile."""
        if time_s <= 0:
            return
        try:
            await asyncio.wait_for(self.gone.wait(), time_s)
        except asyncio.TimeoutError:
            return
        raise ConnectionResetError


class ModelServer:
    def __init__(self, options):
        self.options = options
        self.doings = list(options.get("do", ["answer"]))
        self.slots = asyncio.Semaphore(options.get("slots", 1_000_000))
        self.saw = {"tests": 0, "requests": [], "connections": 0, "tokens": 0, "whole": 0, "given_up": 0,
                    "at_once_max": 0, "pipelined_max": 0, "bad_keys": 0}
        self.at_once = 0

    async def start(self):
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0, backlog=4096,
                                            ssl=tls(self.options.get("certificate")))
        return {"port": server.sockets[0].getsockname()[1]}

    async def talk(self, reader, writer):
        self.saw["connections"] += 1
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Connection(reader)
        try:
            while not client.gone.is_set() and await self.answer_one(client, writer):
                client.unanswered -= 1
        except ConnectionError:
            pass
        finally:
            client.listening.cancel()
            writer.close()

    async def answer_one(self, client, writer):
        request = await client.requests.get()
        if request is None:
            return False
        head, fields, body = request
        method, path, _ = head.split(" ", 2)
        key = self.options.get("key")
        if key and fields.get("Authorization") != f"Bearer {key}":
            self.saw["bad_keys"] += 1
            return await self.reply(writer, "401 Unauthorized", {"error": {"message": "a key is needed"}})
        if method == "GET":
            self.saw["tests"] += 1
            known = path in ("/api/tags", "/v1/models")
            return await self.reply(writer, "200 OK" if known else "404 Not Found", {"models": [], "data": []})
        self.saw["requests"].append({"path": path, **json.loads(body)})
        async with self.slots:
            self.at_once += 1
            self.saw["at_once_max"] = max(self.saw["at_once_max"], self.at_once)
            try:
                return await self.generate(client, writer, path)
            except ConnectionError:
                self.saw["given_up"] += 1
                raise
            finally:
                self.at_once -= 1

    async def reply(self, writer, status, body):
        text = json.dumps(body)
        writer.write(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}"
                     .encode())
        await writer.drain()
        return True

    async def generate(self, client, writer, path):
        self.saw["pipelined_max"] = max(self.saw["pipelined_max"], client.unanswered)
        doing = self.doings.pop(0) if len(self.doings) > 1 else self.doings[0]
        if doing.startswith("status "):
            return await self.reply(writer, doing[7:] + " No", {"error": "no, says the test"})
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        count = self.options.get("tokens", 10)
        await client.pause(self.options.get("first_s", 0))
        if doing == "silence":
            await client.pause(600)
        for index in range(count):
            if index > 0:
                await client.pause(self.options.get("gap_s", 0))
            if doing != "answer" and index == count // 2:
                if doing == "error":
                    await self.chunk(writer, self.payload(path, error="out of memory"))
                    await self.chunk(writer, "")
                    return True
                if doing == "garbage":
                    await self.chunk(writer, self.framed(path, "{this is no JSON"))
                elif doing == "reset":
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                                               struct.pack("ii", 1, 0))
                    raise ConnectionResetError
                elif doing == "close":
                    writer.write(b"ff\r\nhalf a chunk")
                    await writer.drain()
                    return False
                elif doing == "cut":
                    await self.chunk(writer, "")
                    return True
            await self.chunk(writer, self.payload(path, text=token(index).ljust(self.options.get("token_bytes", 0), ".")))
            self.saw["tokens"] += 1
        await self.chunk(writer, self.payload(path, counted=count))
        if path != "/api/generate":
            await self.chunk(writer, "data: [DONE]\n\n")
        await self.chunk(writer, "")
        self.saw["whole"] += 1
        return True

    def payload(self, path, text=None, counted=None, error=None):
        if path == "/api/generate":
            say = {"error": error} if error else {"model": "m", "response": text or "", "done": counted is not None}
            if counted is not None:
                say["eval_count"] = counted
        elif error:
            say = {"error": {"message": error}}
        elif path == "/v1/chat/completions":
            say = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
        else:
            say = {"choices": [{"index": 0, "text": text or "", "finish_reason": None}]}
        if counted is not None and path != "/api/generate":
            say = {"choices": [], "usage": {"completion_tokens": counted}}
        return self.framed(path, json.dumps(say, ensure_ascii=False))

    def framed(self, path, payload):
        return payload + "\n" if path == "/api/generate" else f": comment\r\ndata: {payload}\r\n\r\n"

    async def chunk(self, writer, text):
        body = text.encode()
        data = b"%x\r\n%b\r\n" % (len(body), body)
        size = self.options.get("pieces", len(data))
        for at in range(0, len(data), size):
            writer.write(data[at:at + size])
            await writer.drain()
            if size < len(data):
                await asyncio.sleep(0)


if __name__ == "__main__":
    main(ModelServer)
