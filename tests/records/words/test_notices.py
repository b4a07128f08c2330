"""What is said when something is not as it should be: what happened, that the record is safe, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from records.fhir import errors
from records.words import notices
from records.words.rows import Notice
from records.words.sections import Tally

EVERY_ERROR = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.UpstreamError)
]


def said(notice: Notice) -> str:
    """All the words of a notice."""
    parts = (notice.title, notice.what_happened, notice.safe, notice.action, notice.retry_words, notice.staff)
    return " ".join(str(part) for part in parts)


def every_notice() -> Iterator[Notice]:
    for kind in EVERY_ERROR:
        for status in (None, 500):
            yield notices.explain(kind(status=status, resource_type="Condition"), "Health conditions")
    expired = errors.SignInExpired(status=401, resource_type="Condition")
    yield notices.explain(expired, "Health conditions", fresh_sign_in=True)
    for seconds in (0, 1, 89, 90, 3600, None):
        waiting = errors.TooManyRequests(status=429, resource_type="Condition", retry_after=seconds)
        yield notices.explain(waiting, "Health conditions")
    cause = notices.explain(errors.ServerTrouble(status=500, resource_type="Condition"), "Health conditions")
    yield from (notices.incomplete("Health conditions", count, cause) for count in (0, 1, 2))
    yield from (notices.mismatch(count) for count in (1, 2))
    yield notices.unexpected("Health conditions")
    yield notices.not_shared("Health conditions")
    yield notices.partly_shared("Health conditions")
    yield notices.may_be_incomplete("Health conditions")
    yield notices.taken_back()


@pytest.mark.parametrize("notice", list(every_notice()), ids=lambda notice: str(notice.title))
def test_every_notice_says_what_happened_that_the_record_is_safe_and_what_to_do(notice: Notice) -> None:
    for part in (notice.title, notice.what_happened, notice.safe, notice.action):
        assert len(str(part)) > 10
    assert not re.search(r"\b(no|none)\b", said(notice), re.IGNORECASE)
    assert not re.search(r"\byour?\b", said(notice), re.IGNORECASE)
    assert "%" not in said(notice)


def test_each_error_is_told_apart() -> None:
    kinds = [
        *("NotUnderstood", "SignInExpired", "NotShared", "NotThere", "TooManyRequests", "Maintenance"),
        *(
            "NoAnswerInTime",
            "ServerTrouble",
            "NoConnection",
            "NotSecure",
            "Unreadable",
            "TooLarge",
            "StrayLink",
        ),
    ]
    told = {
        name: str(
            notices.explain(getattr(errors, name)(status=None, resource_type="Condition"), "x").what_happened
        )
        for name in kinds
    }

    assert len(set(told.values())) == len(kinds)


def test_what_was_refused_is_not_offered_again_but_everything_else_is() -> None:
    def retry(kind: type[errors.UpstreamError]) -> str:
        return notices.explain(kind(status=None, resource_type="x"), "x", retry_href="/again/").retry_href

    assert retry(errors.NotShared) == ""
    for kind in (errors.ServerTrouble, errors.NoAnswerInTime, errors.NoConnection, errors.Unreadable):
        assert retry(kind) == "/again/"


def test_a_list_that_is_not_there_does_not_lead_back_to_itself() -> None:
    gone = errors.NotThere(status=404, resource_type="x")

    assert "Go back to the list" in str(notices.explain(gone, "x", is_entry=True).action)
    assert str(notices.explain(gone, "x").action) == "Try again later, or ask the agency."


def test_a_pause_of_the_agencys_system_is_given_no_cause_and_the_record_is_not_said_to_be_whole() -> None:
    notice = notices.explain(errors.Maintenance(status=503, resource_type="x"), "x")

    assert str(notice.what_happened) == "The agency’s system cannot answer just now."
    assert str(notice.safe) == "The record at the agency is safe. Only this page is incomplete."


def test_the_servers_own_request_number_stands_beside_ours() -> None:
    error = errors.ServerTrouble(status=500, resource_type="x", request_id="theirs")

    told = notices.explain(error, "x", request_id="ours")

    assert (told.request_id, told.server_id) == ("ours", "theirs")
    for other in (notices.incomplete("x", 1, told), notices.not_renewed("x", told)):
        assert (other.request_id, other.server_id) == ("ours", "theirs")


def test_a_pause_is_put_in_words_that_never_promise_too_little() -> None:
    def action(seconds: int | None) -> str:
        error = errors.Maintenance(status=503, resource_type="x", retry_after=seconds)
        return str(notices.explain(error, "x").action)

    assert action(1) == "Try again in 1 second."
    assert action(89) == "Try again in 89 seconds."
    assert action(90) == "Wait about 2 minutes, then try again."
    assert action(121) == "Wait about 3 minutes, then try again."
    assert action(3600) == "Wait about 60 minutes, then try again."
    assert action(None) == "Try again in a few minutes."


@pytest.mark.parametrize(
    ("tally", "lines"),
    [
        (Tally(), []),
        (Tally(entered_in_error=1), ["1 entry was removed by the clinic as a mistake and is left out."]),
        (Tally(entered_in_error=2), ["2 entries were removed by the clinic as mistakes and are left out."]),
        (Tally(unreadable=1), ["1 entry could not be read."]),
        (
            Tally(entered_in_error=1, unreadable=3),
            [
                "1 entry was removed by the clinic as a mistake and is left out.",
                "3 entries could not be read.",
            ],
        ),
        (Tally(duplicate=3, elsewhere=2, other_type=1), []),
    ],
)
def test_what_is_set_aside_is_counted_in_words(tally: Tally, lines: list[str]) -> None:
    assert list(notices.set_aside(tally)) == lines


def test_a_notice_is_told_in_the_readers_language_without_breaking() -> None:
    with translation.override("es"):
        for notice in every_notice():
            assert "%" not in said(notice)
