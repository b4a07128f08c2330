"""Asking a question: the first answer at once, the rest in parallel, nothing twice, nothing dropped.

    first()   one page, newest first (its order checked): enough for the first rows
    rest()    everything else: chains of date windows side by side, each following its own `next` links; where
              the server does not sort, or nothing tells that the windows missed nothing, the first page's own chain

A `next` link is opaque and never rewritten, but for an inner base that stands before it (`records.fhir.addresses`).
What has no date falls into no window: `date:missing=true` asks for it, and where that is refused and the total does
not add up, the serial chain is followed after all.

FHIR R4 search: `_sort`, `_count`, the prefixes ge, lt and le of a date, the modifier `:missing`, Bundle.link "next".
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, wait
from datetime import timedelta

from records.fetching import forms
from records.fetching.chains import Ids, Run, follow, ids_of
from records.fetching.collected import (
    Chain,
    Collected,
    Problem,
    before,
    dated,
    load,
    page_at,
    question,
    save,
    store_page,
)
from records.fetching.date_windows import day_of, descending, parts_for, windows
from records.fetching.source import THREADS, Source
from records.fhir import errors
from records.fhir.bundle import Mode, Page
from records.kinds.base import AnyKind

log = logging.getLogger("records.fetching.asking")

MOST_PAGES = 200
"""Of one question. At 50 entries a page that is ten thousand; what lies behind is told as missing."""
PAGE_SIZE = 500
"""What is asked for. A server may give less."""

OVERVIEW_SIZE = 50

PAUSE_SECONDS = 0.5
REFUSALS = frozenset({"NotUnderstood", "NotShared", "NotThere"})
"""What a server says that answers the question itself, and not by date."""

FAILURES = frozenset(
    {"ServerTrouble", "NoAnswerInTime", "NoConnection", "NotSecure", "Unreadable", "TooLarge"}
)
MOST_FAILURES = 2
"""How often a window may fail before it is given up for the serial chain."""


# ---------------------------------------------------------------- the first answer


def overview_size(kind: AnyKind) -> int:
    """How much the overview asks for: little where the rest can be had by date windows, else all at once."""
    return OVERVIEW_SIZE if kind.sort and kind.date_parameter else PAGE_SIZE


def first(kind: AnyKind, source: Source, *, size: int = PAGE_SIZE) -> Collected:
    """What was collected so far, or anew with the first answer of each search.

    Args:
        size: how many entries the first page is asked to hold.

    Raises:
        errors.UpstreamError: nothing came; `SignInExpired` is one of them.
    """
    kept = load(kind, source)
    if kept is not None and kept.pages:
        return kept
    every = forms.of_question(kind)
    memory = f"form {question(kind)}"
    start = min(source.memory.get(memory), len(every) - 1)
    for number in range(start, len(every)):
        try:
            collected = _ask(kind, source, every[number], number, size)
        except errors.NotUnderstood:
            if number == len(every) - 1:
                raise
            continue
        if number != start:
            source.memory.set(memory, number)
        fuller = _fuller(kind, source, collected)
        if fuller is None:
            save(kind, source, collected)
        return fuller or collected
    raise AssertionError("there is always a form to ask in")


def _fuller(kind: AnyKind, source: Source, collected: Collected) -> Collected | None:
    """What another page has gathered meanwhile, where it is more than this first answer."""
    kept = load(kind, source)
    if kept is None or not (kept.split or (collected.open and not kept.open)):
        return None
    renewed = before(
        kind, source
    )  # what was to be renewed is no news, though somebody was still gathering it
    return None if renewed is not None and renewed.asked_at == kept.asked_at else kept


def _ask(kind: AnyKind, source: Source, form: forms.Form, number: int, size: int) -> Collected:
    extras = [("_sort", kind.sort)] if form.extras and kind.sort else []
    extras += [("_count", str(size))] if form.extras else []
    asked = [[(kind.patient_parameter, source.patient), *search, *extras] for search in form.searches]
    collected = Collected(asked_at=time.time(), form=number)
    if len(asked) == 1:
        answers = [source.client.search(kind.resource_type, asked[0])]
    else:
        futures = [THREADS.requests.submit(source.client.search, kind.resource_type, one) for one in asked]
        answers = [future.result() for future in futures]
    for parameters, (body, answer) in zip(asked, answers, strict=True):
        name = store_page(source, collected.asked_at, body)
        collected.add(name)
        collected.at_hand[name] = answer
        if answer.next:
            collected.open.append(Chain(next=answer.next))
            collected.astray |= not source.client.leads_on(answer.next, kind.resource_type, parameters)
    body, answer = answers[0]
    if len(answers) == 1:
        collected.total = answer.total
        collected.first = answer.digest
        collected.in_order = bool(extras) and kind.sort is not None and _is_in_order(kind, source, answer)
        collected.sortable = collected.in_order and form.extras
        if not answer.next:
            came = answer.missing + sum(entry.mode is Mode.MATCH for entry in answer.entries)
            along = sum(entry.mode is Mode.INCLUDE for entry in answer.entries)
            collected.short = missing(answer.total, came, along)
    return collected


def _is_in_order(kind: AnyKind, source: Source, answer: Page) -> bool:
    """Whether a page is newest first. Of one that says what it said before, that is known."""
    was = before(kind, source)
    if was is not None and was.sortable and was.first == answer.digest:
        return True
    return descending([key for _recorded, key in dated(kind, answer) if key])


def missing(total: int | None, matches: int, along: int) -> int:
    """How many matches fewer came than the server counted.

    Bundle.total counts matches alone (FHIR R4 Bundle); some servers count what was included with them, HAPI before
    its issue 7153 among them. So matches and included ones together may reach it too.
    """
    return 0 if total is None or total <= matches + along else total - matches


# ---------------------------------------------------------------- the rest


def rest(kind: AnyKind, source: Source) -> Collected:
    """Fetches what is left until the source's deadline, side by side where dates allow it.

    Returns:
        the collected, complete, or with open chains and a `problem` or simply more to do. Two callers at once do
        not fetch the same: the second, of another process, gets what there is after a moment, so that a page that
        asks again and again does not do so without a pause.

    Raises:
        errors.UpstreamError: not even the first answer came.
        AccessOver: the sign-in ended meanwhile.
        Gone: a page is no longer kept.
    """
    collected = first(kind, source)
    name = source.keep.name("collected", question(kind))
    if not collected.open:
        return collected
    if not source.keep.lock(name, seconds=60):
        time.sleep(min(PAUSE_SECONDS, source.client.deadline.left))
        return load(kind, source) or collected
    try:
        at_hand = collected.at_hand
        collected = load(kind, source) or collected
        collected.problem, collected.astray, collected.at_hand = None, False, at_hand
        if not collected.split:
            collected.split = True
            _split(kind, source, collected)
        arrived = _run(kind, source, collected)
        if _has_expired(collected) and not collected.begun_anew:
            log.info("%s: a link to further pages has expired, the search begins anew", kind.slug)
            collected, arrived = _anew(kind, source)
        if not collected.open and collected.problem is None:
            _check(kind, source, collected, arrived)
        save(kind, source, collected)
    finally:
        source.keep.unlock(name)
    return collected


def _has_expired(collected: Collected) -> bool:
    """Whether the server no longer knows a link that it gave: it keeps a search for a while only. FHIR R4 3.1.1.3."""
    return collected.problem is not None and collected.problem.status == 410


def _anew(kind: AnyKind, source: Source) -> tuple[Collected, Ids]:
    """The question from its beginning, followed as far as there is time. Done once."""
    every = forms.of_question(kind)
    number = min(source.memory.get(f"form {question(kind)}"), len(every) - 1)
    collected = _ask(kind, source, every[number], number, PAGE_SIZE)
    collected.begun_anew = collected.split = True
    _split(kind, source, collected)
    return collected, _run(kind, source, collected)


def _split(kind: AnyKind, source: Source, collected: Collected) -> None:
    """Replaces the serial chain by date windows, where the server sorts and the dates are known."""
    if not (collected.sortable and kind.date_parameter and kind.sort and len(collected.open) == 1):
        return
    if source.memory.get(_refusal(kind)):
        return
    newest_page = page_at(collected, 0, kind, source)
    shown = (day_of(recorded) for recorded, _key in reversed(dated(kind, newest_page)))
    oldest_shown = next(filter(None, shown), None)
    if oldest_shown is None:
        return
    # A day later, as the server's day may be another than the one that stands in the record's own offset.
    upper = (oldest_shown + timedelta(days=1)).isoformat()
    form = forms.of_question(kind)[collected.form]
    base = [(kind.patient_parameter, source.patient), *form.searches[0]]
    count = [("_count", str(PAGE_SIZE))]
    undated = Chain(parameters=[*base, (f"{kind.date_parameter}:missing", "true"), *count], is_window=True)
    if collected.total is not None and collected.total <= PAGE_SIZE:
        # One large page holds all that is older: nothing to part.
        older = [*base, (kind.date_parameter, f"le{upper}"), ("_sort", kind.sort), *count]
        collected.checked = collected.open[0].next
        collected.open = [Chain(parameters=older, is_window=True), undated]
        return
    oldest_first = [*base, ("_sort", kind.sort.removeprefix("-")), *count]
    try:
        body, answer = source.client.search(kind.resource_type, oldest_first)
    except errors.UpstreamError:
        return  # the serial chain still stands
    collected.add(store_page(source, collected.asked_at, body))
    dates = [(recorded, key) for recorded, key in dated(kind, answer) if recorded]
    if answer.next is None:
        collected.open = []  # the oldest page was the whole list
        return
    newest_of_oldest = next(filter(None, (day_of(recorded) for recorded, _key in reversed(dates))), None)
    if newest_of_oldest is None or not descending([key for _recorded, key in reversed(dates)]):
        return
    lower = (newest_of_oldest - timedelta(days=1)).isoformat()
    if lower > upper:
        return
    collected.checked = collected.open[0].next
    parted = windows(lower, upper, parts_for(collected.total, len(newest_page.entries)))
    if collected.total is None:
        # Nothing will tell whether something is missing, so nothing may be: an order may have come about by chance.
        parted[0] = parted[0][1:]
        parted[-1] = parted[-1][:-1]
    collected.open = [
        Chain(parameters=[*base, *((kind.date_parameter, bound) for bound in bounds), *count], is_window=True)
        for bounds in parted
    ]
    collected.open.append(undated)


def _run(kind: AnyKind, source: Source, collected: Collected) -> Ids:
    """Follows all open chains side by side, each to its end, a problem, or the deadline. Gives what came."""
    run = Run(collected.asked_at, MOST_PAGES - len(collected.pages), collected.at_hand)
    futures: dict[Future[tuple[Ids, Problem | None]], Chain] = {
        THREADS.requests.submit(follow, kind, source, chain, run): chain for chain in collected.open
    }
    wait(futures)
    collected.open = []
    arrived: Ids = {}
    gives_up = False
    for future, chain in futures.items():
        came, problem = future.result()
        arrived |= came
        for page_name in came:
            collected.add(page_name)
        if problem and problem.status == 410:
            pass  # no word on the question: a link was only good for a while
        elif problem and chain.is_window and collected.checked:
            if problem.error in REFUSALS:  # the check will follow the serial chain
                collected.lost = True
                if problem.error == "NotUnderstood":
                    source.memory.set(_refusal(kind), 1)
                continue
            chain.failures += problem.error in FAILURES and source.client.deadline.left > 0
            gives_up |= chain.failures >= MOST_FAILURES
        if chain.next or chain.parameters:
            collected.open.append(chain)
        collected.problem = collected.problem or problem
    late = collected.problem is not None and collected.problem.error == "NoAnswerInTime"
    if collected.open and late and arrived and not source.client.deadline.left:
        collected.problem = None  # our own deadline, and something came: there is simply more to do
    if gives_up:
        # Not at once: after a server error it is the reader who tries again. Then it is asked for in another way.
        log.info("%s: a window fails lastingly, the serial chain is next", kind.slug)
        collected.open, collected.checked = [Chain(next=collected.checked)], None
    return arrived


def _refusal(kind: AnyKind) -> str:
    """What is remembered where a server does not answer a date window or `:missing`."""
    return f"windows {question(kind)}"


def _check(kind: AnyKind, source: Source, collected: Collected, arrived: Ids) -> None:
    """Is everything there? After windows that left something out, the first page's own chain is followed to its end.

    What a server counts and does not send even then is remembered as `short`.
    """
    lacking = _missing(kind, source, collected, arrived)
    link, collected.checked = collected.checked, None
    if link is not None and (lacking > 0 or (collected.total is None and collected.lost)):
        log.info("%s: windows did not add up, following the serial chain", kind.slug)
        collected.open = [Chain(next=link)]
        arrived |= _run(kind, source, collected)
        lacking = _missing(kind, source, collected, arrived)
    collected.short = lacking if collected.problem is None and not collected.open else 0


def _missing(kind: AnyKind, source: Source, collected: Collected, arrived: Ids) -> int:
    """How many different matches have not arrived, now and before, of those that the server counted."""
    if collected.total is None:
        return 0
    found = dict(arrived)
    for number, page_name in enumerate(collected.pages):
        if page_name not in found:
            found[page_name] = ids_of(kind, page_at(collected, number, kind, source), page_name)
    matches: set[str] = set().union(*(one for one, _along in found.values()))
    along: set[str] = set().union(*(one for _matches, one in found.values()))
    return missing(collected.total, len(matches), len(along))
