"""What a reader is told when a document cannot be brought. `facts/smart-client.md` (4), for attachments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.documents.content import AttachmentProblem, NotDecodable, NothingAttached, PointsInside
from records.fhir import errors
from records.words import notices
from records.words.rows import Notice, Words

REST_IS_THERE = _("Everything else in this entry is still there.")
ASK_THE_AGENCY = _("Ask the agency for a copy of it.")
TRY_AGAIN = _("Try again in a few minutes.")

_RETRY = (
    errors.NoAnswerInTime,
    errors.NoConnection,
    errors.Waiting,
    errors.ServerTrouble,
    errors.Unreadable,
)
"""Problems that pass."""

Told = tuple[Words, Words, Words, str]
"""Title, what happened, what to do, icon."""

_TOLD: tuple[tuple[type[Exception], Told], ...] = (
    (
        NothingAttached,
        (
            _("Nothing is attached"),
            _("The agency’s system sent this entry without the document itself."),
            ASK_THE_AGENCY,
            "file-x",
        ),
    ),
    (
        NotDecodable,
        (
            _("The document arrived damaged"),
            _("The agency’s system sent it in a form that cannot be decoded."),
            ASK_THE_AGENCY,
            "file-x",
        ),
    ),
    (
        PointsInside,
        (
            _("The document cannot be reached"),
            _("The entry says where its document is, but not with an address that can be opened."),
            ASK_THE_AGENCY,
            "file-x",
        ),
    ),
    (
        errors.StrayLink,
        (
            _("The document lies outside the agency’s record server"),
            _("The entry points to another place. This page does not go there, to keep the sign-in safe."),
            ASK_THE_AGENCY,
            "lock",
        ),
    ),
    (
        errors.NotShared,
        (
            _("The agency’s system does not hand out this document"),
            _("It shows that the document exists, but refused to send it to this app."),
            ASK_THE_AGENCY,
            "lock",
        ),
    ),
    (
        errors.RefusedHere,
        (
            _("The agency’s system does not hand out this document"),
            _("It refused to send this document, although it takes this sign-in for the rest of the record."),
            ASK_THE_AGENCY,
            "lock",
        ),
    ),
    (
        errors.SignInExpired,
        (
            _("The agency’s system asks to sign in again"),
            _("It refused to send this document with the present sign-in."),
            _("If signing in again does not help, ask the agency for a copy of it."),
            "lock",
        ),
    ),
    (
        errors.NotThere,
        (
            _("The document is not there"),
            _("The entry points to a document that the agency’s system no longer has, or cannot find."),
            ASK_THE_AGENCY,
            "file-x",
        ),
    ),
    (
        errors.KeptElsewhere,
        (
            _("The agency’s system keeps this document in another place"),
            _("It shows that the document exists, but does not hand it out from there."),
            ASK_THE_AGENCY,
            "lock",
        ),
    ),
    (
        errors.TooLarge,
        (
            _("The document is too large to be brought here"),
            _("It is larger than this app takes from the agency’s system."),
            ASK_THE_AGENCY,
            "file-x",
        ),
    ),
    (
        errors.NoAnswerInTime,
        (
            _("The document did not arrive in time"),
            _("The agency’s system took too long to send it."),
            _("Try again in a moment."),
            "unplug",
        ),
    ),
    (
        errors.Waiting,
        (
            _("The agency’s system is busy"),
            _("It asked to wait before anything more is asked of it."),
            TRY_AGAIN,
            "unplug",
        ),
    ),
    (
        errors.NoConnection,
        (
            _("The agency’s system could not be reached"),
            _("The document was not sent because there was no connection."),
            TRY_AGAIN,
            "unplug",
        ),
    ),
    (
        errors.Unreadable,
        (
            _("Something else came in place of the document"),
            _("The agency’s system answered, but not with the document."),
            TRY_AGAIN,
            "unplug",
        ),
    ),
)
"""The first that fits counts."""

_ELSE: Told = (
    _("The document could not be loaded"),
    _("The agency’s system could not send it."),
    TRY_AGAIN,
    "unplug",
)


def problem_notice(
    problem: AttachmentProblem | errors.UpstreamError, *, reason: Words = "", retry_href: str = ""
) -> Notice:
    """A problem with an attachment in words.

    Args:
        problem: what `attachment_content` raised.
        reason: why the record says that nothing is there (data-absent-reason, in words), if it does.
        retry_href: where "Try again" leads; used only for problems that pass.
    """
    title, what_happened, action, icon = _words(problem, reason)
    upstream = problem if isinstance(problem, errors.UpstreamError) else None
    return Notice(
        title=title,
        what_happened=what_happened,
        safe=REST_IS_THERE,
        action=action,
        icon=icon,
        retry_href=retry_href if isinstance(problem, _RETRY) else "",
        sign_in=isinstance(problem, errors.SignInExpired),
        server_id=upstream.request_id if upstream else "",
        staff=_for_staff(upstream) if upstream else "",
    )


def _for_staff(problem: errors.UpstreamError) -> str:
    answered = _("The record server answered %s.") % problem.status if problem.status else ""
    return " ".join(map(str, filter(None, (answered, notices.whom_to_write(problem)))))


def _words(problem: AttachmentProblem | errors.UpstreamError, reason: Words) -> Told:
    title, happened, action, icon = next((told for kind, told in _TOLD if isinstance(problem, kind)), _ELSE)
    if isinstance(problem, NothingAttached) and reason:
        happened = reason
    return title, happened, action, icon
