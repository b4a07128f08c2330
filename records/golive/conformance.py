"""What a record server answers of all that US Core 5.0.1 makes it answer, and what its refusals cost a reader.

A go-live probe for staff: it asks all of `records.golive.us_core`. It reports states, never a value of the record, and
nothing is kept. Its words are for staff and stay English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from records.fhir import errors
from records.fhir.addresses import within
from records.fhir.bundle import Mode
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from records.fhir.reading import NotReadable, tree
from records.golive.us_core import NOBODY, PATIENT, QUESTIONS, Question

SECONDS = 30
"""That one question may take."""


class State(Enum):
    """What became of a question."""

    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question, and how: in words, without a value of the record."""

    question: Question
    state: State
    how: str
    other_name: str = ""
    """The base by which the server calls itself in its answer, where it is not the configured one."""
    leads_away: bool = False
    """The link to the next page leads out of the configured base."""

    @property
    def is_failure(self) -> bool:
        """Whether the server does not do what US Core makes it do."""
        return self.question.is_shall and self.state is State.REFUSED


# ---------------------------------------------------------------- asking


@dataclass(slots=True)
class Shut:
    """The gate of one run: where the server asks for a pause, nothing more is asked."""

    seconds: int = 0
    status: int = 0

    def seconds_shut(self) -> int:
        """Seconds that the server asked for; 0 where it did not."""
        return self.seconds

    def shut_by(self) -> int:
        """The status that shut it."""
        return self.status

    def shut(self, seconds: int, status: int) -> None:
        """Nothing goes out any more."""
        self.seconds, self.status = seconds, status


def client_for(base: str, token: str, *, proxy_url: str = "") -> FhirClient:
    """A client that reads with one token, which it cannot renew.

    Args:
        base: the FHIR base URL with one slash at its end.
        token: an access token of the patient whose record is asked for. It is neither kept nor shown.
        proxy_url: of the agency's own proxy, or empty.
    """

    def renew(_seen: str) -> str:
        raise errors.SignInExpired(status=401, resource_type="token")

    return FhirClient(
        base=base,
        bearer=lambda: token,
        renew=renew,
        gate=Shut(),
        deadline=Deadline(SECONDS),
        proxy_url=proxy_url,
    )


@dataclass
class _Run:
    client: FhirClient
    patient: str
    first: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By type the first entry seen, to ask for its values."""
    pointed: dict[str, str] = field(default_factory=dict)
    """By type an id that an entry points to."""

    def ask(self, question: Question) -> Outcome:
        self.client = replace(self.client, deadline=Deadline(SECONDS))
        if self.client.gate.seconds_shut():
            return Outcome(question, State.NOT_TRIED, "the server asked for a pause; run again later")
        try:
            return self._read(question) if question.reads else self._search(question)
        except errors.UpstreamError as error:
            return Outcome(question, State.REFUSED, how(error))

    def _read(self, question: Question) -> Outcome:
        kind = question.resource_type
        logical_id = (
            self.patient
            if kind == "Patient"
            else self.first.get(kind, {}).get("id") or self.pointed.get(kind)
        )
        if not isinstance(logical_id, str):
            return Outcome(question, State.NOT_TRIED, "the record holds none and points to none")
        self._learn(self.client.as_ours(self.client.read(kind, logical_id)))
        return Outcome(question, State.ANSWERED, "found")

    def _search(self, question: Question) -> Outcome:
        parameters = [
            (name, self._value(question.resource_type, value)) for name, value in question.parameters
        ]
        _body, answer = self.client.search(question.resource_type, parameters)
        for entry in answer.entries:
            if entry.mode is not Mode.OUTCOME:
                self._learn(bytes(entry.raw))
        found = any(entry.mode is Mode.MATCH for entry in answer.entries)
        return Outcome(
            question,
            State.ANSWERED,
            "with entries" if found else "nothing found",
            other_name=answer.other_name,
            leads_away=answer.next is not None and not within(self.client.base, answer.next),
        )

    def _value(self, resource_type: str, value: str) -> str:
        if not value.startswith("{"):
            return value
        if value == PATIENT:
            return self.patient
        return _searched(self.first.get(resource_type, {}), value.strip("{}"))

    def _learn(self, raw: bytes) -> None:
        try:
            found = tree(raw)
        except NotReadable:
            return
        if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
            return
        self.first.setdefault(found["resourceType"], found)
        for reference in _references(found):
            resource_type, _, logical_id = reference.removeprefix(self.client.base).partition("/")
            if resource_type.isalpha() and logical_id and "/" not in logical_id:
                self.pointed.setdefault(resource_type, logical_id)


ELEMENTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "_id": lambda found: found.get("id"),
    "identifier": lambda found: _token(found.get("identifier"), "value"),
    "name": lambda found: _name(found.get("name")),
    "birthdate": lambda found: found.get("birthDate"),
    "gender": lambda found: found.get("gender"),
    "address": lambda found: _member(found.get("address"), "city"),
    "code": lambda found: _token(_member(found.get("code"), "coding"), "code"),
    "type": lambda found: _token(_member(found.get("type"), "coding"), "code"),
    "description": lambda found: _token(_member(found.get("description"), "coding"), "code"),
}
"""By search parameter how to find a value in an entry."""


def _searched(found: dict[str, Any], parameter: str) -> str:
    value = ELEMENTS[parameter](found)
    if parameter in {"name", "address"} and isinstance(value, str):
        value = value.partition(",")[0]  # a string search finds what starts with it. FHIR R4 3.1.1.4.8
    # Commas part values in a search, so one with such a sign is not asked for. FHIR R4 3.1.1.4.1.
    return value if isinstance(value, str) and value and not set(value) & set(",$\\") else NOBODY


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _member(value: Any, name: str) -> Any:
    first = _one(value)
    return first.get(name) if isinstance(first, dict) else None


def _token(value: Any, name: str) -> str | None:
    system, code = _member(value, "system"), _member(value, name)
    if not isinstance(code, str):
        return None
    return f"{system}|{code}" if isinstance(system, str) else code


def _name(value: Any) -> Any:
    return value if isinstance(value, str) else _member(value, "family") or _member(value, "text")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "reference" and isinstance(one, str):
                yield one
            else:
                yield from _references(one)


def run(client: FhirClient, patient: str) -> Iterator[Outcome]:
    """Ask everything, one after the other.

    Args:
        client: of the server, with the patient's token (`client_for`).
        patient: the logical id of the patient.

    Yields:
        what became of each question, in the order of `QUESTIONS`. It never raises for what a server answers.
    """
    asking = _Run(client, patient)
    for question in QUESTIONS:
        yield asking.ask(question)


# ---------------------------------------------------------------- telling


def how(error: errors.UpstreamError) -> str:
    """How a server refused, in a few words: the status, and what it means."""
    status = f"{error.status}, " if error.status is not None else ""
    match error:
        case errors.NotUnderstood():
            # Issue codes are a closed list of the standard, not words of the record.
            codes = ", ".join(code for code in error.codes if code.replace("-", "").isalpha())
            return f"{status}not understood{f' ({codes})' if codes else ''}"
        case errors.SignInExpired():
            return f"{status}the token is not taken: is it over, or another organization's?"
        case errors.NotShared():
            return f"{status}not shared with this token: was the scope asked for and granted?"
        case errors.NotThere():
            return f"{status}not there"
        case errors.Waiting():
            return f"{status}the server asks for a pause"
        case errors.NoAnswerInTime():
            return f"{status}no answer in {SECONDS} seconds"
        case errors.NoConnection():
            return "no secure connection"
        case errors.ServerTrouble():
            return f"{status}the server is in trouble"
    return f"{status}an answer that is no FHIR"


def _names(outcomes: list[Outcome]) -> Iterator[str]:
    """By which names the server calls itself, and what that costs a reader."""
    others = sorted({one.other_name for one in outcomes if one.other_name and one.other_name.isprintable()})
    if others:
        yield "\nThe server calls itself by another name"
        yield from (f"  {name}" for name in others)
        yield "  for the reader: Nothing, where that is its address within: entries under it are taken for its own."
        yield "  Where it is another server's, its entries are shown too: have the server told its public address."
    if any(outcome.leads_away for outcome in outcomes):
        yield "\nLinks to the next page lead out of the configured address"
        yield "  for the reader: Long lists stay incomplete and say so, as the token is sent nowhere else: have the"
        yield "  server told its public address."


def table(outcomes: list[Outcome]) -> str:
    """All outcomes as lines of text, with what each refusal means for the reader, and a sum."""
    width = max((len(outcome.question.name) for outcome in outcomes), default=0)
    lines = []
    for heading, is_shall in (("US Core 5.0.1: SHALL", True), ("What the portal asks besides", False)):
        lines += ["", heading]
        for outcome in (one for one in outcomes if one.question.is_shall is is_shall):
            lines.append(f"  {outcome.question.name:{width}}  {outcome.state.value:9}  {outcome.how}")
            if outcome.state is State.REFUSED:
                lines.append(f"  {'':{width}}  for the reader: {outcome.question.means}")
    lines += _names(outcomes)
    counted = {state: sum(one.state is state for one in outcomes) for state in State}
    said = ", ".join(f"{number} {state.value}" for state, number in counted.items() if number)
    failures = sum(outcome.is_failure for outcome in outcomes)
    return "\n".join([*lines, "", f"{said}. Of what US Core makes a server answer, {failures} was refused."])
