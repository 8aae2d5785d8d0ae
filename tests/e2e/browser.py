"""Chromium without a window, driven as a person would: pages, clicks, typing."""

import asyncio
import base64
import itertools
import json
import subprocess
import tempfile
from pathlib import Path

import websockets

PATIENCE_S = 60
LARGEST_ANSWER = 64 * 1024 * 1024


class Browser:
    """An async context: the browser is gone when it is left, and so is all that it kept."""

    async def __aenter__(self):
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # As root, as in CI's containers, it has no sandbox; the only pages it sees are ours.
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--window-size=1000,800", f"--user-data-dir={self.home.name}",
             "--remote-debugging-port=0", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.numbers = itertools.count(1)
        self.answers = {}
        self.events = []
        self.socket = await websockets.connect(await self.address(), max_size=LARGEST_ANSWER)
        self.reader = asyncio.create_task(self.read())
        return self

    async def __aexit__(self, *_):
        await self.socket.close()
        self.reader.cancel()
        self.process.kill()
        self.process.wait()
        self.home.cleanup()

    async def address(self):
        """Where it listens: it leaves word in its home, the port and then the path."""
        note = Path(self.home.name) / "DevToolsActivePort"
        for _ in range(PATIENCE_S * 20):
            words = note.read_text().split() if note.exists() else []
            if len(words) == 2:
                return f"ws://127.0.0.1:{words[0]}{words[1]}"
            await asyncio.sleep(0.05)  # between two looks
        raise AssertionError("chromium does not start")

    async def read(self):
        async for text in self.socket:
            message = json.loads(text)
            if "id" in message:
                self.answers.pop(message["id"]).set_result(message)
            else:
                self.events.append(message)

    async def ask(self, method, session=None, **params):
        number = next(self.numbers)
        answer = self.answers[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self.socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        message = await asyncio.wait_for(answer, PATIENCE_S)
        if "error" in message:
            raise AssertionError(f"{method}: {message['error']}")
        return message["result"]

    async def open(self, url):
        target = (await self.ask("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.ask("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.ask(f"{domain}.enable")
        await page.ask("Page.navigate", url=url)
        await page.until("document.readyState == 'complete' && location.href != 'about:blank'")
        return page


class Page:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session

    async def ask(self, method, **params):
        return await self.browser.ask(method, self.session, **params)

    async def value(self, script):
        """What an expression is, on the page."""
        result = await self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    async def until(self, script):
        for _ in range(PATIENCE_S * 20):
            if await self.value(script):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"never: {script}")

    async def click(self, selector):
        """With the mouse, on its middle, once that is in sight."""
        where = await self.value(f"""(() => {{
            const it = document.querySelector({json.dumps(selector)});
            it.scrollIntoView({{block: 'center'}});
            const box = it.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1], button="left", clickCount=1)

    async def write(self, text):
        """With the keyboard, wherever it is."""
        await self.ask("Input.insertText", text=text)

    async def picture(self):
        return base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])

    def events(self, method):
        return [event["params"] for event in self.browser.events
                if event["method"] == method and event.get("sessionId") == self.session]

    def complaints(self):
        """What went wrong on it, as the browser sees it."""
        return (self.events("Runtime.exceptionThrown") + self.events("Log.entryAdded") +
                self.events("Network.loadingFailed"))
