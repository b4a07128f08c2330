"""Lists of agencies as others publish them, read into a draft of AGENCIES_FILE.

InSync's own: an array of rows `{organization, baseurl}`, with blanks about both, empty ones, and "Production" in the
name of what is real. Other vendors': a FHIR R4 Bundle of Endpoint and Organization.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_SLUG = 50
_PRODUCTION = re.compile(r"[\s(\[{,:/-]*\bproduction\b[\s)\]}-]*", re.IGNORECASE)


class NoList(Exception):
    """The file is none of the two. The message says what it should be."""


@dataclass(frozen=True)
class Row:
    """What a list says of one agency; what it does not say is empty. `phone`, `place`, `website`: of a Bundle alone."""

    name: str
    base: str
    phone: str = ""
    place: str = ""
    website: str = ""


@dataclass
class Draft:
    """The agencies of a list, each base once, and how many rows were left out, by the reason."""

    rows: list[Row] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, why: str) -> None:
        """One row more that is not in it."""
        self.left_out[why] = self.left_out.get(why, 0) + 1


def read(content: str) -> Draft:
    """A list of either form.

    Raises:
        NoList: neither rows nor a Bundle.
    """
    try:
        found = json.loads(content.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise NoList("It is not JSON.") from None
    if isinstance(found, dict) and found.get("resourceType") == "Bundle":
        return _sifted(_of_bundle(found))
    if isinstance(found, list):
        return _sifted(_of_rows(found))
    raise NoList("It is neither a list of organization and baseurl nor a Bundle.")


def toml(draft: Draft) -> str:
    """A draft of AGENCIES_FILE: what only the operator knows is a blank, which stops the start in words."""
    parts = [f"# {len(draft.rows)} agencies. Fill in what is empty; docs/agencies.toml has the other keys.\n"]
    slugs: set[str] = set()
    for row in draft.rows:
        slug = _slug(row, slugs)
        slugs.add(slug)
        said = {
            "slug": slug,
            "name": row.name,
            "phone": row.phone,
            "place": row.place,
            "website": row.website,
        }
        said |= {"time_zone": "", "fhir_base_url": row.base, "client_id": ""}
        said["client_secret_env"] = slug.upper().replace("-", "_") + "_CLIENT_SECRET"
        parts.append("[[agency]]\n" + "".join(f"{name} = {_text(value)}\n" for name, value in said.items()))
    return "\n".join(parts)


def _sifted(rows: Iterable[Row]) -> Draft:
    """Each base once. Where any row says that it is production, those that do not are a vendor's own trials."""
    every = list(rows)
    real = [row for row in every if _PRODUCTION.search(row.name)]
    draft, seen = Draft(), set[str]()
    for row in every:
        base = row.base.rstrip("/").lower()
        if not row.base:
            draft.leave_out("without a base")
        elif real and row not in real:
            draft.leave_out("not called production")
        elif not row.base.lower().startswith("https://"):
            draft.leave_out("without https")
        elif base in seen:
            draft.leave_out("named before")
        else:
            seen.add(base)
            name = _PRODUCTION.sub(" ", row.name).strip(" -–,:/")
            draft.rows.append(Row(name or row.name, row.base, row.phone, row.place, row.website))
    return draft


def _of_rows(found: Sequence[Any]) -> Iterator[Row]:
    for one in found:
        if isinstance(one, dict):
            said = {str(name).strip().lower(): value for name, value in one.items()}
            yield Row(_plain(said.get("organization")), _plain(said.get("baseurl")))
        else:
            yield Row("", "")


def _of_bundle(bundle: dict[str, Any]) -> Iterator[Row]:
    """Endpoint.address is the base; the organization is the one that manages it, or that names it."""
    resources = _objects([entry.get("resource") for entry in _objects(bundle.get("entry"))])
    organizations = [one for one in resources if one.get("resourceType") == "Organization"]
    by_id = {str(one.get("id")): one for one in organizations}
    of_endpoint = {
        _id(reference): one for one in organizations for reference in _objects(one.get("endpoint"))
    }
    for endpoint in resources:
        if endpoint.get("resourceType") == "Endpoint":
            managing = by_id.get(_id(endpoint.get("managingOrganization")))
            organization = managing or of_endpoint.get(str(endpoint.get("id"))) or {}
            name = _plain(organization.get("name")) or _plain(endpoint.get("name"))
            said = _objects(organization.get("telecom"))
            telecoms = {_plain(one.get("system")): _plain(one.get("value")) for one in said}
            addresses = _objects(organization.get("address"))
            town = [_plain(addresses[0].get(part)) for part in ("city", "state")] if addresses else []
            yield Row(
                name,
                _plain(endpoint.get("address")),
                phone=telecoms.get("phone", ""),
                place=", ".join(filter(None, town)),
                website=telecoms.get("url", ""),
            )


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _id(reference: object) -> str:
    """The id that a Reference ends with."""
    said = reference.get("reference") if isinstance(reference, dict) else ""
    return said.rpartition("/")[2].rpartition(":")[2] if isinstance(said, str) else ""


def _plain(value: object) -> str:
    """One line, without the blanks about it and those that only look like some."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _slug(row: Row, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", row.name.lower()).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:MOST_SLUG].strip("-") or "agency"
    number, found = 1, slug
    while found in taken or found in {"choose", "forget"}:
        number += 1
        found = f"{slug}-{number}"
    return found


def _text(value: str) -> str:
    """A TOML basic string: JSON's own form is one, with DEL besides. TOML 1.0, "String"."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
