"""The page that `gauntlet conform --html` writes, in a browser: filtered, and with a transcript opened."""

import asyncio
import os
import tempfile
from pathlib import Path

from browser import Browser
from harness import EndToEnd, main

SHOWN = "[...document.querySelectorAll('details')].filter(row => row.checkVisibility()).map(row => row.id)"
COUNT = "document.querySelector('#count').textContent"


class HtmlReport(EndToEnd):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gauntlet-e2e-")
        cls.addClassCleanup(folder.cleanup)
        cls.page = Path(folder.name) / "report.html"
        test = cls()
        try:
            # Every other delivery comes late: the order is wrong.
            http, _ = test.serve("relay", "reorder_every=2", "bad_token=close_4001")
            test.gauntlet("conform", "relay", "--url", http, "--quiet-time", "100ms", "--html", str(cls.page),
                          "--only", "ARC-REG-0*", "--only", "ARC-AUTH-0*", "--only", "ARC-ROUTE-16")
        finally:
            test.doCleanups()

    def in_browser(self, claim, fragment=""):
        async def look():
            async with Browser() as browser:
                page = await browser.open(self.page.as_uri() + fragment)
                await claim(page)
                requests = [event["request"]["url"] for event in page.events("Network.requestWillBeSent")]
                self.assertEqual([url.split("#")[0] for url in requests], [self.page.as_uri()], "one file is all of it")
                self.assertEqual(page.complaints(), [])
                if folder := os.environ.get("GAUNTLET_PICTURES"):
                    Path(folder, f"{self._testMethodName}.png").write_bytes(await page.picture())
        asyncio.run(look())

    def test_it_shows_what_the_filter_wants(self):
        async def claim(page):
            everything = await page.value(SHOWN)
            self.assertGreater(len(everything), 15)
            self.assertEqual(await page.value(COUNT), f"{len(everything)} of {len(everything)}")
            self.assertIn("does not conform", await page.value("document.querySelector('h1').textContent"))

            await page.click("#words")
            await page.write("auth-0")
            found = await page.value(SHOWN)
            self.assertEqual(found, [row for row in everything if row.startswith("ARC-AUTH-0")])
            self.assertEqual(await page.value(COUNT), f"{len(found)} of {len(everything)}")

            await page.click("input[value=pass]")
            left = await page.value(SHOWN)
            self.assertIn("ARC-AUTH-04", left, "a 4001 is not strict")
            self.assertNotIn("ARC-AUTH-01", left)
        self.in_browser(claim)

    def test_a_click_opens_a_transcript(self):
        async def claim(page):
            transcript = "document.querySelector('#ARC-ROUTE-16 pre')"
            self.assertFalse(await page.value(f"{transcript}.checkVisibility()"))
            await page.click("#ARC-ROUTE-16 summary")
            await page.until(f"{transcript}.checkVisibility()")
            said = await page.value(f"{transcript}.innerText")
            self.assertRegex(said, r"ms  alice > \{.*\"payload\":0")
            self.assertRegex(said, r"ms  bob < \{")
            self.assertIn("--only ARC-ROUTE-16", await page.value("document.querySelector('#ARC-ROUTE-16 dl').innerText"))
            await page.click("#ARC-ROUTE-16 summary")
            await page.until(f"!{transcript}.checkVisibility()")
        self.in_browser(claim)

    def test_a_link_leads_to_its_case(self):
        async def claim(page):
            opened = "[...document.querySelectorAll('details[open]')].map(row => row.id)"
            self.assertEqual(await page.value(opened), ["ARC-ROUTE-16"])
            await page.until("scrollY > 0")
            self.assertEqual(await page.value("""(() => {
                const box = document.querySelector('#ARC-ROUTE-16 summary').getBoundingClientRect();
                return document.elementFromPoint(box.x + 20, box.y + box.height / 2).closest('details')?.id;
            })()"""), "ARC-ROUTE-16", "in sight, and not behind the bar")
        self.in_browser(claim, "#ARC-ROUTE-16")


if __name__ == "__main__":
    main()
