"""What a browser test sees beyond the page: refused content, requests that leave, axe."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SIZES = ((390, 844), (1280, 900), (1920, 1080))
GRAVE = {"serious", "critical"}
RUN_AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


class Eyes:
    """Watches a browser context; ``look`` checks a page, ``close`` what was seen meanwhile."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.host = urlsplit(address).netloc
        self.wrong: list[str] = []
        self.expected_status: set[int] = set()
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.wrong.append(f"left the host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected_status:
            self.wrong.append(f"{response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium tells of every refused script, style, picture and connection here.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def page(self) -> Page:
        return self.context.new_page()

    def look(self, page: Page, path: str) -> None:
        """Open the page and take every size: no sideways scrolling, nothing grave for axe on a
        phone, where everything is there in one column."""
        page.goto(self.address + path)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            self.measure(page, f"{path} at {width}")
            if (width, height) == SIZES[0]:
                self.check(page, path)

    def measure(self, page: Page, name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.wrong.append(f"{name}: {wide} px too wide")

    def check(self, page: Page, name: str) -> None:
        """The page as it is now."""
        self.measure(page, name)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for finding in page.evaluate(RUN_AXE):
            if finding["impact"] in GRAVE:
                places = [node["target"] for node in finding["nodes"][:3]]
                self.wrong.append(f"{name}: axe {finding['id']}: {finding['help']} {places}")

    def close(self) -> None:
        self.context.close()
        assert not self.wrong, "\n".join(self.wrong)
