"""Taking a record along: what goes in, how far it is, and the finished file."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _now

from records.kinds import KINDS
from records.lists.choosing import dates_of, wished
from records.pages.door import PAGE_SECONDS, Reading, record_page
from records.pages.walk import WHOLE_SECONDS, walk
from records.service import making
from records.service.take import Order
from records.service.take_offer import offer
from records.service.watching import Watch
from records.takeaway.emergency import SECTIONS
from records.takeaway.forms import EVERY, FORMS, SHEETS
from trail.entries import Event, Look
from trail.writing import write

DOCUMENTS = ("full", "list", "originals")
LONGEST_NAME = 120
ENTRIES_A_FILE = 2000
"""About how many entries one PDF holds; a longer record comes in several."""


@record_page(WHOLE_SECONDS, "GET", "HEAD", "POST")
def take(reading: Reading) -> HttpResponse:
    """What is to go in. What is chosen is posted, so that it stands in no address."""
    asked = reading.request.POST
    order, is_turned = order_of(asked)
    wish = wished(_typed(asked))
    _whole, found = walk(reading, functools.partial(offer, order=order, source=reading.source))
    wants = asked.get("do") == "make" and not is_turned and not wish.problem
    if wants and found.chosen and order.sections:
        making.begin(order, reading.source, watch_of(reading), found.expected)
        return redirect(reading.addresses.take("progress"))
    context = {
        "offer": found,
        "order": order,
        "forms": FORMS.values(),
        "sheets": SHEETS.values(),
        "files": -(-found.chosen // ENTRIES_A_FILE) if order.form == "pdf" else 1,
        "form": EVERY[order.form],
        "dates": dates_of(wish),
        "is_turned": is_turned,
        "is_empty": wants,
        "under_way": making.look(reading.source.keep),
        "progress_href": reading.addresses.take("progress"),
        "receipt_href": reading.addresses.receipt(),
    }
    return reading.page("records/take.html", context, current="take")


def order_of(asked: QueryDict) -> tuple[Order, bool]:
    """What a form says, and whether it was just turned from oneself to somebody else, or back: what carries extra
    protection then stands as usual for those, and the page says so before anything is made."""
    if not asked:
        return Order(sections=tuple(KINDS), form=next(iter(FORMS))), False
    wish = wished(_typed(asked))
    is_for_other = asked.get("for") == "other"
    is_turned = asked.get("was", "self") != ("other" if is_for_other else "self")
    form = asked.get("form", "") if asked.get("form", "") in EVERY else next(iter(FORMS))
    documents = asked.get("documents", "") if asked.get("documents", "") in DOCUMENTS else "full"
    chosen = SECTIONS if form in SHEETS else asked.getlist("section")
    order = Order(
        form=form,
        sections=tuple(slug for slug in KINDS if slug in chosen),
        since=wish.since,
        until=wish.until,
        documents="originals" if form == "all" and documents == "full" else documents,
        is_for_other=is_for_other,
        whom=" ".join(asked.get("whom", "").split())[:LONGEST_NAME] if is_for_other else "",
        with_protected=not is_for_other if is_turned else asked.get("protected") == "in",
    )
    return order, is_turned


def _typed(asked: QueryDict) -> dict[str, str]:
    """The dates of a form, as they were typed."""
    return {name: asked.get(name) or "" for name in ("from", "to")}


def watch_of(reading: Reading) -> Watch:
    """How a file is made here."""
    access = reading.request.access
    return Watch(
        folder=settings.BASE_DIR,
        settings=settings.SETTINGS_MODULE,
        machine=salted_hmac("take", "places").hexdigest()[:16],
        known={
            "reader_name": access.reader.name,
            "relation": access.relation.value,
            "agency": access.agency.name,
            "phone": access.agency.phone,
            "is_demo": settings.IS_DEMO,
            "language": get_language() or "en",
        },
        file_name=_now("health-record-%s") % timezone.localdate().isoformat(),
        zone=timezone.get_current_timezone_name(),
        most_bytes=settings.TAKE_AWAY_MEBIBYTES * 1024 * 1024,
    )


@record_page(PAGE_SECONDS)
def progress(reading: Reading) -> HttpResponse:
    """How far the file is. It changes when its reader asks, and by itself never."""
    found = making.look(reading.source.keep)
    context: dict[str, object] = {"take_href": reading.addresses.take(), "making": found}
    if found is not None:
        order, state = found.wished.order, found.state
        expected = found.wished.expected
        context |= {
            "order": order,
            "form": EVERY[order.form],
            "state": state,
            "parts": [
                (kind.title, state.counts.get(kind.slug, 0), expected.get(kind.slug))
                for kind in order.kinds
                if expected.get(kind.slug) or state.counts.get(kind.slug)
            ],
            "so_far": sum(state.counts.values()),
            "of": sum(expected.values()),
            "left_out": [one for one in state.came if one.reasons and not one.is_missing],
            "missing": [one for one in state.came if one.is_missing],
            "entries": sum(one.count for one in state.came),
            "files": [
                (file, reading.addresses.take("file", str(number)))
                for number, file in enumerate(state.files, start=1)
            ],
            "until": datetime.fromtimestamp(state.until, UTC),
            "now": timezone.now(),
            "progress_href": reading.addresses.take("progress"),
            "stop_href": reading.addresses.take("stop"),
            "again_href": reading.addresses.take("again"),
        }
    return reading.page("records/take_progress.html", context, current="take")


@record_page(PAGE_SECONDS, "POST")
def stop(reading: Reading) -> HttpResponse:
    """Ends the making of a file, or takes a finished one away."""
    making.stop(reading.source.keep)
    return redirect(reading.addresses.take())


@record_page(PAGE_SECONDS, "POST")
def again(reading: Reading) -> HttpResponse:
    """Makes the same once more: what did not come may come now."""
    found = making.look(reading.source.keep)
    if found is None:
        return redirect(reading.addresses.take())
    making.begin(found.wished.order, reading.source, watch_of(reading), found.wished.expected)
    return redirect(reading.addresses.take("progress"))


@record_page(PAGE_SECONDS, is_file=True)
def file(reading: Reading, number: int) -> HttpResponseBase:
    """A finished file, to save. The trail tells which sections went into it."""
    found = making.look(reading.source.keep)
    if found is None or found.state.stage is not making.Stage.DONE:
        return redirect(reading.addresses.take("progress"))
    if not 1 <= number <= len(found.state.files):
        raise Http404
    one = found.state.files[number - 1]
    try:
        pieces = making.content(reading.source.keep, found, one)
    except making.Gone:
        making.stop(reading.source.keep)
        return redirect(reading.addresses.take("progress"))
    for slug in found.wished.order.sections:
        look = Look(page="take-file", section=slug, outcome="200")
        write(Event.LOOK, reading.request.access.who, look=look)
    response = StreamingHttpResponse(pieces, content_type=one.media_type)
    response["Content-Disposition"] = f'attachment; filename="{one.name}"'
    response["Content-Length"] = str(one.size)
    response["X-Robots-Tag"] = "noindex"
    return response
