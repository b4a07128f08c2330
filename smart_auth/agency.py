"""An agency: what its patients are told of it, and the server that its records are read from. A value, no more.

It stands in the settings, so nothing here needs the applications to be there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import get_language

from smart_auth.servers import Server


@dataclass(frozen=True)
class Spoken:
    """What an agency says of itself in words of its own, in one language or several. Said in the reader's where it is
    there, else as the agency says it first."""

    by_language: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str, translated: dict[str, str]) -> Spoken:
        """`text`: for every language that is not in `translated`, or empty."""
        first = (("", text),) if text else ()
        return cls((*first, *sorted(translated.items())))

    def __str__(self) -> str:
        language = (get_language() or "").partition("-")[0]
        return dict(self.by_language).get(language) or (self.by_language[0][1] if self.by_language else "")

    def __bool__(self) -> bool:
        return bool(self.by_language)


@dataclass(frozen=True)
class Logo:
    """An agency's picture, as it may be sent: bytes that were looked at, their media type, and what it shows."""

    content: bytes = field(repr=False)
    media_type: str
    text: str


@dataclass(frozen=True)
class Agency:
    """One agency: what its patients are told of it, and the server that its records are read from.

    Attributes:
        slug: its name in addresses, `harbor-lane`; empty for the one of the environment.
        name, phone: as patients see them. `hours`, `after_hours`: when somebody answers, and whom to call otherwise;
            in the agency's own words, as are `address` (one line) and `place` ("Quincy, Massachusetts").
        website: its own web address, with scheme, or empty.
        languages: in which it can be spoken with, as it names them.
        time_zone: of the IANA database, or empty for the portal's own.
        server: where its records and its sign-in page are.
        sections_off: slugs of sections that the agency does not give here: said to the reader, and not asked for.
        is_listed: whether a search finds it; one that is not sends its patients a link of their own.
        has_plain_callback: it came from the environment, and its callback stays where it was registered.
        logo: its picture, or None.
    """

    slug: str
    name: str
    phone: str
    server: Server = field(repr=False)
    hours: Spoken = Spoken()
    after_hours: Spoken = Spoken()
    address: Spoken = Spoken()
    place: str = ""
    website: str = ""
    languages: tuple[str, ...] = ()
    time_zone: str = ""
    sections_off: frozenset[str] = frozenset()
    is_listed: bool = True
    has_plain_callback: bool = False
    logo: Logo | None = None

    @property
    def callback_path(self) -> str:
        """Where its sign-in page sends the browser back: each agency has an address of its own. RFC 9700, 2.1."""
        return callback_path("" if self.has_plain_callback else self.slug)

    @property
    def words(self) -> tuple[str, ...]:
        """All that its pages say of it: a page that is kept depends on each."""
        logo = self.logo.text if self.logo is not None else ""
        spoken = map(str, (self.hours, self.after_hours, self.address))
        return (
            self.name,
            self.phone,
            self.place,
            self.website,
            *spoken,
            logo,
            *self.languages,
            "",
            *sorted(self.sections_off),
        )

    def tell_times(self) -> None:
        """From here to the end of the request, times are told by this agency's clock."""
        timezone.activate(self.time_zone or timezone.get_default_timezone())


def callback_path(slug: str) -> str:
    """The path of an agency's callback; the plain one for the agency of the environment."""
    return f"auth/callback/{slug}/" if slug else "auth/callback/"
