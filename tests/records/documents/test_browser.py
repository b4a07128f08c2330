"""In a real browser: what is shown raw is shown, and what is cleaned does nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from records.documents.headers import raw_headers
from records.documents.view import View, look_at
from tests.records.documents import hostile

pytestmark = pytest.mark.journey

VIEWER = "chrome-extension://"
"""The address of Chromium's own PDF viewer begins so."""

Serve = Callable[[bytes, View, str], str]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium as people have it, with its PDF viewer."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--headless=new", "--no-sandbox"],
            ignore_default_args=[
                "--headless",
                "--disable-extensions",
                "--disable-component-extensions-with-background-pages",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves raw bytes with their headers at /raw, and a page of ours that holds them; gives that page's address."""
    held: dict[str, tuple[dict[str, str], bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, content = held.get(self.path, ({"Content-Type": "text/html"}, b""))
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def start(content: bytes, view: View, body: str) -> str:
        policy = "; ".join(
            f"{name} {' '.join(map(str, values))}"
            for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
        )
        held["/raw"] = raw_headers(view), content
        held["/page"] = (
            {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy},
            f"<!doctype html><title>File</title>{body}".encode(),
        )
        return f"http://127.0.0.1:{server.server_address[1]}/page"

    yield start
    server.shutdown()
    server.server_close()


def test_a_pdf_opens_in_a_frame_of_our_page(page: Page, serve: Serve) -> None:
    content = hostile.pdf()
    address = serve(content, look_at(content, "application/pdf", "Letter"), '<iframe src="/raw"></iframe>')
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(address)

    assert wait_for_viewer(page), "the browser’s viewer has not started"
    assert complaints == []


def test_a_pdf_is_not_framed_by_the_page_of_anybody_else(page: Page, serve: Serve) -> None:
    content = hostile.pdf()
    address = serve(content, look_at(content, "application/pdf", "Letter"), '<iframe src="/raw"></iframe>')
    raw = address.replace("127.0.0.1", "localhost").replace("/page", "/raw")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(address.replace("/page", "/somebody-else"))
    page.set_content(f'<iframe src="{raw}"></iframe>', wait_until="load")

    assert not any(frame.url.startswith(VIEWER) for frame in page.frames)
    assert any("frame-ancestors" in words for words in complaints)


def test_an_image_is_shown_in_our_page(page: Page, serve: Serve) -> None:
    address = serve(hostile.PNG, look_at(hostile.PNG, "image/png", "Chart"), '<img src="/raw" alt="Chart">')

    page.goto(address)

    assert page.evaluate("document.querySelector('img').naturalWidth") == 1


def test_a_cleaned_page_runs_nothing_and_asks_nobody_even_without_our_policy(page: Page) -> None:
    view = look_at(hostile.HOSTILE_PAGE, "text/html", "Note")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.set_content(f"<!doctype html><main>{view.html}</main>", wait_until="load")
    page.wait_for_timeout(200)

    assert page.get_by_text("Last words.").is_visible()
    assert page.get_by_role("heading", level=2, name="Progress note").is_visible()
    assert page.evaluate("window.harmed") is None
    assert asked == []
    assert page.locator("main [href], main [src], main [style], main [class], main [id]").count() == 0


def wait_for_viewer(page: Page) -> bool:
    """Whether the browser's PDF viewer starts within five seconds."""
    for _ in range(50):
        if any(frame.url.startswith(VIEWER) for frame in page.frames):
            return True
        page.wait_for_timeout(100)
    return False
