"""What can go wrong between us and the record server, named by what the reader can do about it.

    UpstreamError
    ├── NotUnderstood      400, 405, 406, 422   a problem on our side; the query is asked more plainly once
    ├── SignInExpired      401                  sign in again
    ├── RefusedHere        401 for this alone   ask the agency; all else goes on
    ├── NotShared          403                  ask the agency
    ├── NotThere           404, 410             this item, or this kind, is not there
    ├── TooManyRequests    429                  wait `retry_after` seconds
    ├── Maintenance        503                  wait `retry_after` seconds
    ├── LeftAlone          not asked now        wait `retry_after` seconds
    ├── NoAnswerInTime     408, 504, time-out   try again
    ├── ServerTrouble      other 5xx            wait some minutes
    ├── NoConnection       refused, reset, DNS
    │   └── NotSecure      TLS                  never tried again, nor without
    ├── Unreadable         an answer that is no FHIR: broken JSON, HTML, a redirect, an error inside a 200
    ├── TooLarge           more bytes than we take
    ├── KeptElsewhere      the bytes of a file are kept apart, and the server does not bring them
    └── StrayLink          a link that leads out of the record server, or in a circle

An error carries what is safe to log and never a body, an address or a parameter.
"""

from __future__ import annotations


class UpstreamError(Exception):
    """Base of the tree. `request_id` is the server's own, for staff to look up."""

    def __init__(self, *, status: int | None, resource_type: str, request_id: str = "") -> None:
        self.status = status
        self.resource_type = resource_type
        self.request_id = request_id
        super().__init__(f"{type(self).__name__} {resource_type}: {status or 'no answer'} [{request_id}]")

    @property
    def is_the_servers(self) -> bool:
        """Whether the server said that it failed itself: any 5xx. RFC 9110, 15.6."""
        return self.status is not None and self.status >= 500


class NotUnderstood(UpstreamError):
    """The server does not take the query as asked. `codes`: the OperationOutcome's issue codes."""

    def __init__(
        self, *, status: int | None, resource_type: str, request_id: str = "", codes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(status=status, resource_type=resource_type, request_id=request_id)
        self.codes = codes


class SignInExpired(UpstreamError):
    """The server refuses the token, a renewed one too."""


class RefusedHere(UpstreamError):
    """The server refuses the token for this kind of record, while it takes the same token for the patient's own."""


class NotShared(UpstreamError):
    """The server refuses this kind of record to this sign-in."""


class NotThere(UpstreamError):
    """The resource, or the whole type, is not there."""


class Waiting(UpstreamError):
    """The server says not now. `retry_after`: seconds it asked for, None where it did not say."""

    def __init__(
        self,
        *,
        status: int | None,
        resource_type: str,
        request_id: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(status=status, resource_type=resource_type, request_id=request_id)
        self.retry_after = retry_after


class TooManyRequests(Waiting):
    """429: every call of this access waits, not only this one."""


class Maintenance(Waiting):
    """503."""


class LeftAlone(Waiting):
    """Nothing was sent: the server has failed everybody in a row (`upstream.circuit`)."""


class NoAnswerInTime(UpstreamError):
    """A time-out, ours or the server's."""


class ServerTrouble(UpstreamError):
    """Any other 5xx. Never retried by itself: InSync asks clients to wait some minutes."""


class NoConnection(UpstreamError):
    """No connection, or none that is secure."""


class NotSecure(NoConnection):
    """The server is not known to be the one that it should be, or speaks no TLS that we take."""


class Unreadable(UpstreamError):
    """An answer that is not the FHIR it should be."""


class TooLarge(UpstreamError):
    """More bytes than we are willing to take."""


class KeptElsewhere(UpstreamError):
    """The server has the resource, but its bytes in a store of its own, out of which it does not hand them."""


class StrayLink(UpstreamError):
    """A link that is not followed: out of the record server, or already followed."""


BY_STATUS: dict[int, type[UpstreamError]] = {
    400: NotUnderstood,
    401: SignInExpired,
    403: NotShared,
    404: NotThere,
    405: NotUnderstood,
    406: NotUnderstood,
    408: NoAnswerInTime,
    410: NotThere,
    422: NotUnderstood,
    429: TooManyRequests,
    503: Maintenance,
    504: NoAnswerInTime,
}


def for_status(
    status: int, *, resource_type: str, request_id: str = "", retry_after: int | None = None
) -> UpstreamError:
    """The error that an HTTP status other than 200 means for the reader."""
    kind = BY_STATUS.get(status, ServerTrouble if status >= 500 else Unreadable)
    if issubclass(kind, Waiting):
        return kind(
            status=status, resource_type=resource_type, request_id=request_id, retry_after=retry_after
        )
    return kind(status=status, resource_type=resource_type, request_id=request_id)
