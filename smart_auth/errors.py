"""What can go wrong between "sign in" and an access, named by what the reader can do about it.

    SmartAuthError
    ├── SignInNeeded              there is no access, or it cannot be renewed: sign in (again)
    ├── TemporarilyUnavailable    the agency's sign-in server has trouble: wait `retry_after` seconds
    └── SignInFailed              this one sign-in came to nothing: `problem` says why (problems.py has the words)

No message carries a token, a code, a state, a name, or text that a server sent.
"""

from __future__ import annotations

from enum import Enum


class SmartAuthError(Exception):
    """The root of the tree."""


class SignInNeeded(SmartAuthError):
    """Nobody is signed in, the session ended, or its access cannot be renewed.

    `by_the_agency`: its server does not take the sign-in any more, so it was not the reader who was away.
    """

    def __init__(self, *, by_the_agency: bool = False) -> None:
        self.by_the_agency = by_the_agency
        super().__init__()


class TemporarilyUnavailable(SmartAuthError):
    """The authorization server did not answer, or answered 429 or 5xx. What the session holds is kept.

    `retry_after` is in seconds, between 1 and 300.
    """

    def __init__(
        self, message: str = "the authorization server is unavailable", *, retry_after: int = 60
    ) -> None:
        self.retry_after = max(1, min(retry_after, 300))
        super().__init__(message)


class Problem(Enum):
    """Why one sign-in came to nothing."""

    DECLINED = "declined"
    SCOPE_REFUSED = "scope-refused"
    LOGIN_REQUIRED = "login-required"
    UNAVAILABLE = "unavailable"
    NOT_UNDERSTOOD = "not-understood"
    STATE_UNKNOWN = "state-unknown"
    STATE_EXPIRED = "state-expired"
    ALREADY_USED = "already-used"
    OVERTAKEN = "overtaken"
    MIXED_UP = "mixed-up"
    TOKEN_REFUSED = "token-refused"  # noqa: S105 - the name of a problem
    TOKEN_UNUSABLE = "token-unusable"  # noqa: S105
    NO_PATIENT = "no-patient"
    IDENTITY = "identity"
    LAUNCH_INCOMPLETE = "launch-incomplete"
    LAUNCH_UNKNOWN = "launch-unknown"
    MISCONFIGURED = "misconfigured"
    TOO_MANY = "too-many"


class SignInFailed(SmartAuthError):
    """One sign-in came to nothing. `detail` is for the log: our own words, never a server's."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        self.problem, self.detail = problem, detail
        super().__init__(f"{problem.value}: {detail}" if detail else problem.value)
