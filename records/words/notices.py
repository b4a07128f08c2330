"""What a reader is told when something is not as it should be: what happened, that the record is safe, what to do.

The failure matrix of `facts/smart-client.md` (4) is the contract. The word "no" never stands in a failure.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fhir import errors
from records.words.rows import Notice, Words, replace
from records.words.sections import Tally

COORDINATOR = "InSyncFHIRAppReg@qualifacts.com"
"""InSync's FHIR API coordinator, as InSync's public page names it."""

SAFE: Promise = _("The record at the agency is safe. Only this page is incomplete.")
SAFE_AND_OLDER: Promise = _("The record at the agency is safe. There may be something newer in it.")
SAFE_WHERE_IT_IS: Promise = _("The record is safe at the agency, and nothing in it has changed.")


def explain(
    error: errors.UpstreamError,
    what: Words,
    *,
    retry_href: str = "",
    request_id: str = "",
    fresh_sign_in: bool = False,
    is_entry: bool = False,
) -> Notice:
    """Any upstream error in words.

    Args:
        error: what went wrong.
        what: the part of the record, as the reader knows it ("Medications").
        retry_href: where "Try again" leads.
        request_id: ours, to be read out; the server's own stands beside it for staff.
        fresh_sign_in: the token was issued a moment ago, so a refusal is not about its age.
        is_entry: it is one entry, which a list leads to, and not a list itself.
    """
    told = _told(error, what, fresh_sign_in=fresh_sign_in, is_entry=is_entry)
    return Notice(
        title=told.title or _now("%s: could not be loaded") % what,
        what_happened=told.happened,
        safe=SAFE,
        action=told.action,
        retry_href="" if isinstance(error, errors.NotShared) else retry_href,
        sign_in=isinstance(error, errors.SignInExpired),
        request_id=request_id,
        server_id=error.request_id,
        staff=told.staff or whom_to_write(error),
        icon=told.icon,
    )


LATER: Words = _("Try again in a few minutes.")


class _Told(NamedTuple):
    """What happened, what to do now, and where those are others than mostly, the title, an icon, a word for staff."""

    happened: Words
    action: Words = LATER
    title: Words = ""
    icon: str = "unplug"
    staff: Words = ""


def _told(error: errors.UpstreamError, what: Words, *, fresh_sign_in: bool, is_entry: bool) -> _Told:
    match error:
        case errors.NotShared():
            return _Told(
                _("The agency’s system did not let this app read this part. There may be something in it."),
                _("Ask the agency, which decides what is shared."),
                title=_now("%s: not shared with this app") % what,
                icon="lock",
            )
        case errors.RefusedHere():
            return _Told(
                _(
                    "The agency’s system refused this part, although it takes this sign-in for the rest of the record."
                ),
                _("Ask the agency. The rest of the record can be read as before."),
                staff=_(
                    "The record server answered 401 for this alone, and 200 for the patient with the same token."
                ),
            )
        case errors.SignInExpired() if fresh_sign_in:
            return _Told(
                _(
                    "The agency’s record system refused this sign-in, although it was made a moment ago."
                    " The sign-in may belong to another agency."
                ),
                _("Sign in again, and choose the agency that keeps this record."),
                staff=_("A token for a patient of one organization was sent to another."),
            )
        case errors.Waiting():
            return _Told(_happened(error), _wait(error.retry_after), icon="hourglass")
        case errors.NoAnswerInTime():
            return _Told(_happened(error), icon="hourglass")
        case errors.NotThere():
            again = _("Try again later, or ask the agency.")
            elsewhere = _("Go back to the list, or ask the agency.") if is_entry else again
            return _Told(_happened(error), elsewhere, title=_now("%s: not available") % what)
        case errors.StrayLink():
            return _Told(
                _happened(error),
                _("Ask the agency if something seems to be missing."),
                title=_now("%s: this list is not complete") % what,
            )
        case _:
            action = next((words for kind, words in _ACTIONS if isinstance(error, kind)), LATER)
            return _Told(_happened(error), action)


_ACTIONS: tuple[tuple[type[errors.UpstreamError], Words], ...] = (
    (errors.SignInExpired, _("Sign in again.")),
    (errors.ServerTrouble, _("Wait some minutes, then try again. What was already shown stays right.")),
    (errors.TooLarge, _("Ask the agency for a copy.")),
)

_HAPPENED: tuple[tuple[type[errors.UpstreamError], Words], ...] = (
    (errors.SignInExpired, _("The sign-in has ended.")),
    (errors.TooManyRequests, _("Too many requests went to the agency’s system in a short time.")),
    (errors.Maintenance, _("The agency’s system cannot answer just now.")),
    (
        errors.LeftAlone,
        _(
            "The agency’s system has not been answering for a while, so this page does not wait for it just now."
        ),
    ),
    (errors.NoAnswerInTime, _("The agency’s system did not answer in time. It may be slow right now.")),
    (errors.ServerTrouble, _("The agency’s system has a problem.")),
    (errors.NotSecure, _("A secure connection to the agency’s system could not be made.")),
    (errors.NoConnection, _("The agency’s system could not be reached, or the connection to it broke off.")),
    (errors.NotThere, _("The agency’s system says that this is not there, or not there any more.")),
    (
        errors.StrayLink,
        _(
            "The agency’s system sent a link that this page must not follow, so what lies behind it is missing."
        ),
    ),
    (errors.TooLarge, _("The agency’s system sent more than this page can take at once.")),
    (errors.Unreadable, _("The agency’s system sent an answer that this page could not read.")),
)
"""The first that fits counts."""


def _happened(error: errors.UpstreamError) -> Words:
    ours = _("This is a problem on our side: the agency’s system did not understand the question.")
    return next((words for kind, words in _HAPPENED if isinstance(error, kind)), ours)


def whom_to_write(error: errors.UpstreamError) -> Words:
    """For staff, where the server itself failed, whatever it said of itself: 500, 503, 504 alike; else empty."""
    if not error.is_the_servers:
        return ""
    return _("If it persists, write to InSync’s FHIR coordinator, %(address)s, with the request id.") % {
        "address": COORDINATOR
    }


def unexpected(what: Words, *, retry_href: str = "", request_id: str = "") -> Notice:
    """For a mistake of our own: the rest of the page goes on."""
    return Notice(
        title=_now("%s: could not be loaded") % what,
        what_happened=_("Something went wrong on our side while this part was put together."),
        safe=SAFE,
        action=_("Try again in a few minutes."),
        retry_href=retry_href,
        request_id=request_id,
    )


def _wait(seconds: int | None) -> str:
    if seconds is None:
        return _now("Try again in a few minutes.")
    if seconds < 90:
        return ngettext("Try again in %d second.", "Try again in %d seconds.", seconds) % seconds
    minutes = -(-seconds // 60)
    return (
        ngettext("Wait about %d minute, then try again.", "Wait about %d minutes, then try again.", minutes)
        % minutes
    )


def not_shared(what: Words, *, sign_in: bool = True) -> Notice:
    """The scope was not granted: nothing was asked."""
    return Notice(
        title=_now("%s: not shared with this app") % what,
        what_happened=_(
            "When signing in, this part was not among those that were shared, so it was not asked for."
            " There may be something in it."
        ),
        safe=SAFE_WHERE_IT_IS,
        action=_("To see it here, sign in again and share it, or ask the agency."),
        sign_in=sign_in,
        icon="lock",
    )


def switched_off(what: Words) -> Notice:
    """The agency does not give this section in this portal: nothing was asked."""
    return Notice(
        title=_now("%s: not given here") % what,
        what_happened=_(
            "The agency does not give this part of the record through this website, so it was not asked for."
            " There may be something in it."
        ),
        safe=SAFE_WHERE_IT_IS,
        action=_("For this part of the record, call the agency."),
        icon="lock",
        is_remark=True,
    )


def partly_shared(what: Words) -> Notice:
    """Only some categories were granted."""
    return Notice(
        title=_now("%s: only partly shared") % what,
        what_happened=_(
            "When signing in, only some of this part was shared. Other entries may be missing here."
        ),
        safe=SAFE_WHERE_IT_IS,
        action=_("To see all of it, sign in again and share it, or ask the agency."),
        sign_in=True,
        icon="lock",
    )


def incomplete(what: Words, shown: int, cause: Notice) -> Notice:
    """Some pages came, then it stopped."""
    return Notice(
        title=_now("%s: this list is not complete") % what,
        what_happened=ngettext(
            "%(count)d entry arrived, then this happened: %(cause)s",
            "%(count)d entries arrived, then this happened: %(cause)s",
            shown,
        )
        % {"count": shown, "cause": cause.what_happened},
        safe=SAFE,
        action=cause.action,
        retry_href=cause.retry_href,
        retry_words=_("Load the rest"),
        sign_in=cause.sign_in,
        request_id=cause.request_id,
        server_id=cause.server_id,
        staff=cause.staff,
        icon=cause.icon,
    )


def mismatch(count: int) -> Notice:
    """Entries that did not name this patient were withheld."""
    return Notice(
        title=ngettext(
            "%d entry did not match this record, so it is hidden",
            "%d entries did not match this record, so they are hidden",
            count,
        )
        % count,
        what_happened=_("The agency’s system sent something that is not clearly about this patient."),
        safe=_("It is not shown to anyone here, and it was not kept."),
        action=_("Tell the agency, so that they can look into it."),
        icon="shield-alert",
    )


def set_aside(tally: Tally) -> tuple[Words, ...]:
    """What is not in the list, and why, in one sentence each."""
    found: list[Words] = []
    if tally.entered_in_error:
        found.append(
            ngettext(
                "%d entry was removed by the clinic as a mistake and is left out.",
                "%d entries were removed by the clinic as mistakes and are left out.",
                tally.entered_in_error,
            )
            % tally.entered_in_error
        )
    if tally.unreadable:
        found.append(
            ngettext("%d entry could not be read.", "%d entries could not be read.", tally.unreadable)
            % tally.unreadable
        )
    return tuple(found)


def may_be_incomplete(what: Words) -> Notice:
    """The server itself said that something is missing or was left out."""
    return Notice(
        title=_now("%s: some entries may be missing") % what,
        what_happened=_("The agency’s system sent this list with a warning."),
        safe=SAFE,
        action=_("Ask the agency if something seems to be missing."),
    )


def counted_more(missing: int) -> str:
    """The server counted more entries than it sent, although everything was asked for."""
    return (
        ngettext(
            "The agency’s system counted %d entry more than it sent.",
            "The agency’s system counted %d entries more than it sent.",
            missing,
        )
        % missing
    )


def fewer_than_counted(what: Words, missing: int) -> Notice:
    """Everything was asked for, and fewer entries came than the server itself counted."""
    return replace(may_be_incomplete(what), what_happened=counted_more(missing))


def taken_back() -> Notice:
    """An entry that the clinic itself marked as a mistake."""
    return Notice(
        title=_("This entry was removed by the clinic as a mistake"),
        what_happened=_("The record says that it should never have been there, so it is not shown."),
        safe=SAFE_WHERE_IT_IS,
        action=_("Ask the agency if this does not seem right."),
        icon="eraser",
    )


def not_renewed(what: Words, cause: Notice) -> Notice:
    """A list could not be fetched anew: what was there before stays."""
    return Notice(
        title=_now("%s: could not be renewed") % what,
        what_happened=_now("What was fetched before is still shown. Then this happened: %s")
        % cause.what_happened,
        safe=SAFE_AND_OLDER,
        action=cause.action,
        retry_href=cause.retry_href,
        request_id=cause.request_id,
        server_id=cause.server_id,
        staff=cause.staff,
        icon=cause.icon,
        stays=True,
    )


def lost() -> Notice:
    """An address of an entry that leads to none in this session."""
    return Notice(
        title=_("That entry could not be found"),
        what_happened=_(
            "Its address was made for another sign-in, or is not complete. Here is the whole list."
        ),
        icon="file-question-mark",
    )
