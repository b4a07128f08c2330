"""A reader without a browser: signs in over HTTP at the real portal and follows its links."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import requests

from tests.servers import Servers, sign_in_over_http

SECONDS = 60
_LINK = re.compile(r'href="(/record/[^"]+)"')
_MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
_PART = re.compile(r"<(script|style|details|pre)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_ENTRY = re.compile(r"^/record/[^/]+/(?P<slug>[a-z/-]+?)/(?P<key>[A-Za-z0-9_-]{24,})/$")


@dataclass(frozen=True)
class Page:
    """One page that came with status 200."""

    path: str
    main: str

    @property
    def words(self) -> str:
        """What stands on it for the reader, without what is folded away."""
        return " ".join(html.unescape(_TAG.sub(" ", _PART.sub(" ", self.main))).split())

    def links(self, shape: str = "") -> list[str]:
        """The record's paths that it leads to and that hold `shape`, each once, queries included."""
        found = [html.unescape(link) for link in _LINK.findall(self.main)]
        return [link for link in dict.fromkeys(found) if re.search(shape, link)]

    @property
    def entries(self) -> list[str]:
        """The paths of the entries that it lists."""
        return [link for link in self.links() if _ENTRY.match(link) and "/measure/" not in link]


@dataclass
class Visitor:
    """Somebody who is signed in. `opened` counts the pages."""

    servers: Servers
    access: str = ""
    opened: int = 0
    _http: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def signed_in(cls, servers: Servers, person: str) -> Visitor:
        """From "sign in" to the overview.

        Raises:
            AssertionError: it did not work; the message quotes the page.
        """
        visitor = cls(servers)
        visitor._http.trust_env = False
        away = visitor._http.get(
            f"{servers.portal}/auth/launch/", allow_redirects=False, timeout=SECONDS
        ).headers["Location"]
        opened = visitor._http.get(sign_in_over_http(away, person), timeout=SECONDS)
        assert opened.status_code == 200, opened.text
        visitor.access = opened.url.split("/")[4]
        return visitor

    def open(self, path: str) -> Page:
        """A page, which must come with status 200."""
        answer = self._http.get(f"{self.servers.portal}{path}", timeout=SECONDS)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        self.opened += 1
        found = _MAIN.search(answer.text)
        assert found, answer.text
        return Page(path=path, main=found[0])

    def overview(self) -> Page:
        """The first page."""
        return self.open(f"/record/{self.access}/")

    def section(self, slug: str) -> list[Page]:
        """All pages of a section, after the rest of it has been loaded."""
        page = self.open(f"/record/{self.access}/{slug}/")
        for _ in range(50):
            rest = page.links(f"/{slug}/rest/")
            if not rest:
                break
            page = self.open(rest[0])
        else:
            raise AssertionError(f"{slug}: the rest never ends")
        pages = [page]
        while older := pages[-1].links(rf"\?page={len(pages) + 1}$"):
            pages.append(self.open(older[0]))
        return pages
