"""Where one resource departs from the standard: fhir.resources (R4B) as the judge, never as the gate.

It is asked on an entry's own page alone. It says places, never values: what the models say of an error quotes the
record, so it is neither shown nor logged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from os.path import commonprefix
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.reading import NotReadable, tree
from records.words.rows import Words

log = logging.getLogger("records.reading.judge")

MOST = 30
"""Departures named one by one; the rest is counted."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}$")
"""A place is named only where it looks like an element's name: a made-up key could quote the record."""

_CHOICE = re.compile(r"from this list \[(?P<names>['\w, ]+)\]")

_BESIDE_VALUE = re.compile(r"_value[A-Z][A-Za-z0-9]*\Z")
_EXTENSIONS = {"extension", "modifierExtension"}

KINDS: dict[str, Words] = {
    "missing": _("%s is required, and was not sent"),
    "model_field_validation.missing": _("%s is required, and was not sent"),
    "extra_forbidden": _("%s is not an element of the standard"),
    "several": _("%s was sent in more than one form"),
    "too_short": _("%s was sent empty"),
}
"""What pydantic and fhir.resources call an error → what it means."""


def departures(raw: bytes) -> list[Words]:
    """Where a resource departs from FHIR R4, in plain words; an empty list where it does not.

    Args:
        raw: one resource as it was sent.

    Returns:
        One sentence for each place, in the order of the judge, without any value of the record. It never raises.
    """
    try:
        found = tree(raw)
    except NotReadable:
        return [_("The entry is not written in the form that the standard asks for")]
    resource_type = found.get("resourceType") if isinstance(found, dict) else None
    if not isinstance(resource_type, str):
        return [_("The entry does not say which type it is of")]
    from fhir.resources.R4B import get_fhir_model_class  # heavy, and needed on entry pages alone

    try:
        model = get_fhir_model_class(resource_type)
    except ValueError:
        return [_("The entry is of a type that the standard does not have")]
    try:
        places = _judge(model, bytes(raw), found)
    except Exception as error:  # an unknown type within is a bare KeyError, a hostile shape may be anything
        log.info("not judged: %s", type(error).__name__)
        return [
            _("The entry could not be checked: a part of it is of a type that the standard does not have")
        ]
    return _in_words(places)


def _judge(model: Any, raw: bytes, whole: Any) -> list[tuple[str, str]]:
    """The kind and the place of each departure."""
    from pydantic import ValidationError

    try:
        model.model_validate_json(raw)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        return [_departure(found) for found in errors if not _is_lawful(found, whole)]
    return []


def _is_lawful(found: Mapping[str, Any], whole: Any) -> bool:
    """Whether what the models blame keeps the standard: extensions stand in the place of a primitive's value, and say
    why there is none. FHIR R4 JSON 2.6.2.2.

    The models know that of a required element, but not of a required choice (`_occurrenceDateTime` alone), nor beside
    the value of an extension.
    """
    choice = _CHOICE.search(str(found["msg"])) if found["type"] == "value_error" else None
    if choice is not None and "got multiple" not in str(found["msg"]):
        holder = _at(whole, found["loc"])
        names = re.findall(r"\w+", choice["names"])
        return isinstance(holder, dict) and any(_is_extended(holder.get(f"_{name}")) for name in names)
    if found["type"] == "extra_forbidden":
        *above, name = found["loc"]
        is_beside = isinstance(name, str) and _BESIDE_VALUE.match(name) is not None
        return is_beside and not _EXTENSIONS.isdisjoint(above[-2:]) and _is_extended(_at(whole, found["loc"]))
    return False


def _at(whole: Any, path: Iterable[Any]) -> Any:
    """The element at a path; None where there is none."""
    for step in path:
        try:
            whole = whole[step]
        except (KeyError, IndexError, TypeError):
            return None
    return whole


def _is_extended(beside: Any) -> bool:
    return (
        isinstance(beside, dict) and isinstance(beside.get("extension"), list) and bool(beside["extension"])
    )


def _departure(found: Mapping[str, Any]) -> tuple[str, str]:
    where, kind = place(found["loc"]), found["type"]
    choice = _CHOICE.search(str(found["msg"])) if kind == "value_error" else None
    if choice is None:
        return kind, where
    # The model's own names of a choice element: "onsetAge, onsetDateTime, …" are onset[x].
    names = re.findall(r"\w+", choice["names"])
    kind = "several" if "got multiple" in str(found["msg"]) else "missing"
    stem = commonprefix(names)  # noqa: RUF071 (element names, not paths)
    return kind, f"{where}.{stem}[x]".lstrip(".")


def place(path: Iterable[Any]) -> str:
    """An element's path as FHIR writes it: "reaction[0].manifestation"."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
        elif isinstance(step, str) and _NAME.match(step):
            said += f".{step.removesuffix('__ext')}"
        else:
            said += "." + _now("(an element without a proper name)")
    return said.lstrip(".")


def _in_words(places: list[tuple[str, str]]) -> list[Words]:
    said: list[Words] = []
    for kind, where in dict.fromkeys(places):
        if not where:
            said.append(_now("The entry as a whole does not keep a rule of the standard"))
        else:
            said.append(str(KINDS.get(kind, _("%s is not in the form that the standard asks for"))) % where)
    if len(said) > MOST:
        left = len(said) - MOST
        said[MOST:] = [_now("And %d more places") % left]
    return said
