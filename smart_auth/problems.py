"""What a reader is told when a sign-in came to nothing: what happened, that the record is safe, what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smart_auth.errors import Problem

Words = str | Promise

COORDINATOR = "InSyncFHIRAppReg@qualifacts.com"
"""InSync's FHIR API coordinator, as InSync's public page names it."""

_WRITE = _("If it persists, write to InSync’s FHIR coordinator, %(address)s, with the time and this number.")

_SAFE = _("Nothing was opened, and nothing in the record has changed.")
_AGAIN = _("Start again from this page. If it keeps happening, call the agency.")
_NOT_SIGNED_IN = _("You are not signed in")
_CALL = _("Call the agency. They can find out what is wrong with the sign-in.")


@dataclass(frozen=True)
class Telling:
    """The words of one page, and the status of its answer.

    `again`: starting again may help. `is_trouble`: something went wrong, so the page shows its number for a call.
    `is_the_servers`: and it was the agency's server, so that staff are told whom to write to.
    """

    status: int
    title: Words
    what_happened: Words
    what_to_do: Words = _AGAIN
    safe: Words = _SAFE
    again: bool = True
    is_trouble: bool = True
    is_the_servers: bool = False

    @property
    def staff(self) -> str:
        """For staff, where the agency's server failed; else empty."""
        return str(_WRITE) % {"address": COORDINATOR} if self.is_the_servers else ""


TELLINGS: dict[Problem, Telling] = {
    Problem.DECLINED: Telling(
        200,
        _("You chose not to share"),
        _("You chose not to share. Nothing was loaded."),
        _("If you change your mind, sign in again and choose what to share."),
        safe=_("Nothing in the record has changed."),
        is_trouble=False,
    ),
    Problem.SCOPE_REFUSED: Telling(
        502,
        _("The agency did not allow this"),
        _("The agency’s sign-in page did not accept what this website asked to read."),
        _CALL,
        again=False,
        is_the_servers=True,
    ),
    Problem.LOGIN_REQUIRED: Telling(
        403,
        _NOT_SIGNED_IN,
        _("The agency’s sign-in page could not finish without you."),
    ),
    Problem.UNAVAILABLE: Telling(
        503,
        _("Sign-in at your agency isn’t available now"),
        _("The agency’s sign-in page has a problem or does not answer."),
        _("Wait a few minutes, then start again. If it lasts, call the agency."),
        is_the_servers=True,
    ),
    Problem.NOT_UNDERSTOOD: Telling(
        400,
        _NOT_SIGNED_IN,
        _("The agency’s sign-in page sent an answer that this website does not understand."),
    ),
    Problem.STATE_UNKNOWN: Telling(
        400,
        _NOT_SIGNED_IN,
        _(
            "This answer does not belong to a sign-in that was started in this browser. That happens when "
            "cookies are blocked, or when the sign-in was started in another window or on another device."
        ),
    ),
    Problem.STATE_EXPIRED: Telling(
        400,
        _NOT_SIGNED_IN,
        _("The sign-in page stayed open for more than ten minutes, so the sign-in was not finished."),
    ),
    Problem.ALREADY_USED: Telling(
        400,
        _("This sign-in was already used"),
        _("Each sign-in works once. This page was opened a second time, perhaps with the Back button."),
        _("If you are not signed in any more, sign in again."),
        safe=_("Nothing is wrong with the record."),
    ),
    Problem.OVERTAKEN: Telling(
        409,
        _("This sign-in was not finished"),
        _("While it went on, you signed out or signed in once more in another window of this browser."),
        safe=_("The record is safe."),
    ),
    Problem.MIXED_UP: Telling(
        400,
        _NOT_SIGNED_IN,
        _("The answer came from another sign-in page than the one you were sent to, so it was not used."),
    ),
    Problem.TOKEN_REFUSED: Telling(
        502,
        _NOT_SIGNED_IN,
        _("The agency’s system did not accept this sign-in. It may have waited for too long."),
        is_the_servers=True,
    ),
    Problem.TOKEN_UNUSABLE: Telling(
        502,
        _NOT_SIGNED_IN,
        _("The agency’s system sent an answer that this website does not understand."),
        is_the_servers=True,
    ),
    Problem.NO_PATIENT: Telling(
        502,
        _("The agency did not tell us whose record"),
        _("You signed in, but the agency did not tell this website whose record to open."),
        _(
            "Sign in again and, if you are asked, choose a person. If it keeps happening, call the agency: "
            "access to a record is requested from the agency itself."
        ),
        is_the_servers=True,
    ),
    Problem.IDENTITY: Telling(
        502,
        _NOT_SIGNED_IN,
        _("This website could not make sure who signed in, so it opened nothing."),
        is_the_servers=True,
    ),
    Problem.LAUNCH_INCOMPLETE: Telling(
        400,
        _("This link is not complete"),
        _("The link that brought you here lacks something that is needed to open a record."),
        _("Sign in from here instead, or go back to where you came from and try again."),
    ),
    Problem.TOO_MANY: Telling(
        429,
        _("Too many sign-ins at the moment"),
        _("More sign-ins begin here than this website takes in a minute, from your connection or in all."),
        _("Wait a minute, then try again. If it happens again, call the agency."),
    ),
    Problem.LAUNCH_UNKNOWN: Telling(
        400,
        _("This website does not know that record server"),
        _("The link that brought you here names a record server that does not belong to this agency."),
        _("If you are a patient here, sign in from this page. Otherwise use the agency’s own website."),
    ),
    Problem.MISCONFIGURED: Telling(
        503,
        _("Sign-in isn’t available now"),
        _("This website is not set up correctly for the agency’s sign-in page."),
        _CALL,
        again=False,
    ),
}


def while_open(telling: Telling) -> Telling:
    """The same where another record was open before and is so still: nothing on the page may say the opposite."""
    title = _("The new sign-in did not work") if telling.title is _NOT_SIGNED_IN else telling.title
    what_to_do = (
        _("Go back to it, or choose another record once more. If that keeps happening, call the agency.")
        if telling.again
        else telling.what_to_do
    )
    return replace(
        telling, title=title, what_to_do=what_to_do, safe=_("The record that was open is still open.")
    )


NEEDED = Telling(
    401,
    _("Sign in to read this page"),
    _("This page shows a health record, so it opens only for someone who is signed in."),
    _("Sign in on the agency’s own page. Then this page opens by itself."),
    safe="",
    is_trouble=False,
)
ENDED = Telling(
    401,
    _("You have been signed out"),
    _("For your safety you’ve been signed out, so that nobody else can read the record on this screen."),
    _("Sign in again, and this page opens by itself."),
    safe=_("The record itself has not changed."),
    is_trouble=False,
)
ENDED_BY_THE_AGENCY = Telling(
    401,
    _("The agency’s system has ended this sign-in"),
    _(
        "The agency’s system does not take this sign-in any more. Its time may be over, or the agency may have "
        "ended the access to this record."
    ),
    _(
        "Sign in again, and this page opens by itself. If it does not, ask the agency whether the access to this "
        "record was ended."
    ),
    safe=_("The record itself has not changed."),
)
ANOTHER_AGENCY = Telling(
    401,
    _("The agency’s record server did not accept this sign-in"),
    _(
        "The agency’s record system refused this sign-in. If it was just made, it may belong to another agency."
    ),
    _(
        "If you have a sign-in at more than one agency, sign in again with the one of this agency. Access is "
        "requested from the agency itself: call them if you are not sure that you have it."
    ),
    safe=_("Nothing in the record has changed."),
)
AGENCY_LEFT = Telling(
    401,
    "",  # with the agency's name: pages.agency_left
    _("This website has stopped showing records of this agency, so you were signed out."),
    _("For a copy of the record, or to read it elsewhere, call the agency."),
    safe=_("The record at the agency is safe."),
    is_trouble=False,
)
ANOTHER_RECORD = Telling(
    200,
    _("No record was opened"),
    _("You said that this is not the record that you want to read. It was not opened."),
    _(
        "Sign in again and, if you are asked, choose a person. If you are not asked, access to another person’s record "
        "is requested from the agency itself: call them."
    ),
    safe=_("Nothing in it has changed."),
    is_trouble=False,
)
STALE = Telling(
    409,
    _("This tab shows another record"),
    _(
        "Meanwhile another record was opened in this browser. So that nobody takes one person’s record for "
        "another’s, this tab shows nothing more."
    ),
    _("Go to the record that is open now, or choose another record."),
    safe=_("Both records are safe."),
    again=False,
)
EARLIER = Telling(
    409,
    _("This address belongs to an earlier sign-in"),
    _("Each sign-in has addresses of its own. This one is of another sign-in than the one that is open now."),
    _("Go to the record that is open now, or choose another record."),
    safe=_("The record is safe."),
    again=False,
)
TROUBLE = Telling(
    503,
    _("Your agency’s sign-in does not answer now"),
    _("To go on reading, this website has to ask the agency’s sign-in once more, and that did not work."),
    _(
        "Wait a few minutes, then load this page again. You are still signed in. If it lasts, call the agency."
    ),
    safe=_("The record is safe, and nothing in it has changed."),
    again=False,
    is_the_servers=True,
)
SAME_AGAIN = Telling(
    200,
    _("The same record was opened again"),
    _("You asked for another record, and the agency’s sign-in page opened the one that you were reading."),
    _(
        "If there was no choice, this sign-in may be for this record alone. Access to another record is "
        "requested from the agency itself."
    ),
    safe="",
    again=False,
    is_trouble=False,
)
FORGOTTEN = Telling(
    503,
    _("This browser is signed out, and more could not be done"),
    _(
        "This browser has forgotten the sign-in, so nobody can go on reading in it. The place where this website keeps"
        " who is signed in did not answer, so the sign-in ends there by itself, after a while without a click."
    ),
    _("Close all windows of the browser if others use this device."),
    safe=_("The record is safe."),
    again=False,
)
STILL_SIGNED_IN = Telling(
    200,
    _("You are still signed in"),
    _("A record is open in this browser. Whoever uses this device next could read it."),
    _("Sign out if you are done."),
    safe="",
    again=False,
    is_trouble=False,
)
