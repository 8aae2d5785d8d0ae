"""A peer as a program: PEER.py '{"option": value}'.

Prints one line of JSON with its ports when it listens, and one with what it saw at SIGTERM.
"""

import asyncio
import json
import signal
import socket
import sys


async def serve_until_told(peer):
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print(json.dumps(await peer.start()), flush=True)
    await stop.wait()
    print(json.dumps(peer.saw), flush=True)


def main(make_peer):
    asyncio.run(serve_until_told(make_peer(json.loads(sys.argv[1]))))


def two_ports_in_a_row():
    """A free port whose successor is free, too. Both are released again."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
