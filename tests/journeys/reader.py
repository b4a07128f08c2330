"""Somebody at a browser: signs in through the real pages, opens pages of a record, and looks at each closely."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Response, WebError

from tests.servers import Servers

WIDE, PHONE, NARROW = 1280, 390, 320
HEIGHT = 900

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
BROWSERS_OWN = ("chrome://", "chrome-extension://")
"""Chromium's PDF viewer lives there."""

FIRST_SECTIONS = (
    "allergies",
    "medications",
    "conditions",
    "conditions/visit-diagnoses",
    "vitals",
    "documents",
)
"""What a record had from the start; there are more, and more to come."""

SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true; })"
CLOSE_MENU = "document.querySelectorAll('details.menu').forEach(part => { part.open = false; })"
PARSE_A_COLOR_ONCE = """() => {
    const { prototype } = axe.commons.color.Color, parse = prototype.parseString, parsed = new Map();
    prototype.parseString = function (text) {
        if (!parsed.has(text)) {
            parse.call(this, text);
            parsed.set(text, [this.r, this.g, this.b, this.alpha]);
        }
        [this.r, this.g, this.b, this.alpha] = parsed.get(text);
        return this;
    };
}"""
"""axe reads a page's ten colors anew for each word and each thing behind it, nine thousand times, and that is half of
what it takes. Each once gives the same."""


@cache
def _axe() -> Axe:
    return Axe()


@dataclass
class Reader:
    """A person at a browser of their own.

    `complaints` is what went wrong unseen: errors of the console and of scripts, dialogs, requests to strangers.
    A test that provokes some names them in `expects`; the fixture fails on all others.
    """

    context: BrowserContext
    page: Page
    servers: Servers
    complaints: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    @classmethod
    def at(cls, context: BrowserContext, servers: Servers) -> Reader:
        """A reader before a blank page."""
        reader = cls(context=context, page=context.new_page(), servers=servers)
        context.on("console", reader._console)
        context.on("weberror", reader._script)
        context.on("dialog", reader._dialog)
        context.on("request", reader._request)
        context.on("response", reader._response)
        return reader

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _script(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        ours = any(request.url.startswith(f"{one}/") for one in (self.servers.portal, self.servers.demo))
        if not ours and not request.url.startswith(BROWSERS_OWN):
            self.complaints.append(f"request to a stranger: {request.url}")

    def _response(self, response: Response) -> None:
        self.statuses[urlsplit(response.url).path] = response.status

    @contextmanager
    def expecting(self, *words: str) -> Iterator[None]:
        """Complaints with these words, made inside of the block, are none."""
        before = len(self.complaints)
        yield
        made = self.complaints[before:]
        self.complaints[before:] = [one for one in made if not any(part in one for part in words)]

    # --- Signing in

    def sign_in(self, slug: str, patient: str | None = None, untick: Collection[str] = ()) -> None:
        """From the front page through the demo server's pages to the overview."""
        self.page.goto(f"{self.servers.portal}/")
        self.page.get_by_role("link", name="Sign in with your agency").click()
        self.page.locator(f"button[name=person][value={slug}]").click()
        self.consent(patient, untick)

    def consent(self, patient: str | None = None, untick: Collection[str] = ()) -> None:
        """From "whose record" or consent to the overview."""
        if patient:
            self.page.locator(f"button[name=patient][value={patient}]").click()
        for value in untick:
            self.page.locator(f"input[name=grant][value={value}]").uncheck()
        self.page.get_by_role("button", name="Allow").click()
        self.page.wait_for_url(f"{self.servers.portal}/record/*/")

    # --- Going about

    def open(self, address: str) -> int:
        """Open an address (a path is of the portal); the status of what came."""
        answer = self.page.goto(address if "://" in address else f"{self.servers.portal}{address}")
        assert answer is not None
        return answer.status

    def comes_back_to_this_tab(self) -> None:
        """What the browser tells a page that comes into view. Without a window, no tab is ever out of view."""
        with self.page.expect_response(lambda answer: "/auth/open/" in answer.url):
            self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    @property
    def path(self) -> str:
        """The path of the page that is open."""
        return urlsplit(self.page.url).path

    @property
    def access(self) -> str:
        """The record's own part of the address."""
        return self.path.split("/")[2]

    def at_section(self, slug: str) -> str:
        """The path of a section."""
        return f"/record/{self.access}/{slug}/"

    def sections(self) -> dict[str, str]:
        """The paths of all sections in the menu, by title (without what the menu says of their state)."""
        found: dict[str, str] = {}
        for link in self.page.locator("nav.side a").all():
            path = urlsplit(str(link.get_attribute("href"))).path
            if path.startswith("/record/") and path.count("/") > 3:
                found[link.evaluate("link => link.firstChild.textContent").strip()] = path
        assert found, "the menu holds no section"
        return found

    def paths(self, shape: str) -> list[str]:
        """Where the links of the page's own part lead whose path matches a regular expression, each once."""
        links: list[str] = self.page.locator("main a[href]").evaluate_all(
            "(all, shape) => all.map(link => link.pathname).filter(path => new RegExp(shape).test(path))",
            shape,
        )
        return list(dict.fromkeys(links))

    def entries(self) -> list[str]:
        """The paths of the entries that this page lists."""
        return self.paths("^/record/[^/]+/[a-z/-]+/(?<!/measure/)[A-Za-z0-9_-]{24,}/$")

    def measures(self) -> list[str]:
        """The paths of the pages of single measures."""
        return self.paths("/measure/[^/]+/$")

    def files(self) -> list[str]:
        """The paths of the pages of this entry's files."""
        return self.paths("/file/[0-9]+/$")

    def title(self) -> str:
        """The page's heading."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def banner(self) -> str:
        """What stands above the page: whose record this is."""
        return self.page.locator(".whose").inner_text()

    def wait_for_pdf(self) -> None:
        """Until the browser's own viewer has taken up the PDF of this page."""
        for _ in range(400):
            if any(frame.url.startswith(BROWSERS_OWN) for frame in self.page.frames):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("the browser’s viewer has not started")

    def words(self) -> str:
        """The text of the page's own part, as one sees it."""
        return self.page.locator("main").inner_text()

    # --- Looking closely

    def look(self) -> None:
        """The page that is open keeps the promises of every page, wide and narrow, light and dark.

        Raises:
            AssertionError: a WCAG rule is broken, or it scrolls sideways; the message says where.
        """
        wrong: list[str] = []
        self.page.evaluate(_axe().axe_script)
        self.page.evaluate(PARSE_A_COLOR_ONCE)
        self.page.evaluate(OPEN_ALL)
        for width in (WIDE, PHONE):
            self._set_width(width)
            wrong += [f"{width}px: {one}" for one in self._axe({"type": "tag", "values": WCAG})]
            self.page.emulate_media(color_scheme="dark")
            wrong += [
                f"{width}px, dark: {one}"
                for one in self._axe({"type": "rule", "values": ["color-contrast", "link-in-text-block"]})
            ]
            self.page.emulate_media(color_scheme="light")
        for width in (PHONE, NARROW):
            self._set_width(width)
            for state in (OPEN_ALL, CLOSE_MENU):
                self.page.evaluate(state)
                if self.page.evaluate(SCROLLS_SIDEWAYS):
                    wrong.append(f"{width}px: scrolls sideways: {self._widest()}")
        self._set_width(WIDE)
        assert not wrong, f"{self.path}\n" + "\n".join(wrong)

    def _set_width(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def _axe(self, run_only: dict[str, Sequence[str] | str]) -> list[str]:
        options = {"runOnly": run_only, "resultTypes": ["violations"], "iframes": False}
        found: list[dict[str, Any]] = self.page.evaluate(
            "options => axe.run(document, options).then(results => results.violations)", options
        )
        return [
            f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"][:3]
        ]

    def _widest(self) -> str:
        found: str = self.page.evaluate(
            """() => {
                const edge = document.documentElement.clientWidth + 1;
                const wide = [...document.querySelectorAll("body *")]
                    .filter(one => one.getBoundingClientRect().right > edge && !one.closest(".raw, .table"));
                return wide.slice(-2).map(one => one.outerHTML.slice(0, 160)).join(" … ");
            }"""
        )
        return found
