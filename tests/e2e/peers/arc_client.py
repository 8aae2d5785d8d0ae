"""The ARC client of the documents: register over HTTP, then one WebSocket with the token."""

import asyncio
import json

import requests
import websockets


class ArcClient:
    def __init__(self, relay_url, ws_url=None):
        self.relay_url = relay_url
        self.ws_url = ws_url or relay_url.replace("http://", "ws://") + "/arc"
        self.agent_id = None
        self.token = None
        self.ws = None

    def register(self, agent_id=None):
        response = requests.post(f"{self.relay_url}/register", json={"agent_id": agent_id} if agent_id else {},
                                 headers={"Content-Type": "application/json"}, timeout=10)
        if response.status_code != 200:
            raise PermissionError(response.status_code, response.json())
        self.agent_id, self.token = response.json()["agent_id"], response.json()["token"]
        return self

    async def connect(self, token=None):
        headers = {"Authorization": f"Bearer {token or self.token}"}
        self.ws = await websockets.connect(self.ws_url, extra_headers=headers)
        return self

    async def send(self, to, payload, message_type=None, **more):
        message = {"to": to, "payload": payload, **more}
        if message_type:
            message["type"] = message_type
        await self.ws.send(json.dumps(message))

    async def broadcast(self, payload, message_type=None, **more):
        await self.send(["*"], payload, message_type, **more)

    async def direct(self, target_id, payload, message_type=None, **more):
        await self.send([target_id], payload, message_type, **more)

    async def subscribe(self, agent_ids):
        await self.send(["relay"], {"agents": agent_ids}, "subscribe")

    async def next(self, message_type=None):
        """The next message; of that type, if one is named: others are skipped."""
        while True:
            message = json.loads(await asyncio.wait_for(self.ws.recv(), 10))
            if message_type is None or message.get("type") == message_type:
                return message

    async def close(self):
        if self.ws:
            await self.ws.close()
