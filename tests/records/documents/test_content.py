"""An attachment's bytes arrive, or it is said in words why not."""

from __future__ import annotations

import base64
import hashlib

import pytest

from records.documents.content import NotDecodable, NothingAttached, attachment_content
from records.documents.problems import problem_notice
from records.documents.view import open_attachment
from records.fhir import errors
from records.fhir.elements import Attachment
from records.fhir.fetched import Fetched

LETTER = b"Dear colleague,\nthank you.\n"
SAID = base64.b64encode(LETTER).decode()


class Server:
    """A record server's attachments: hands out what it has, and remembers what was asked."""

    def __init__(self, answer: Fetched | Exception) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str | None]] = []

    def __call__(self, url: str, content_type: str | None) -> Fetched:
        self.asked.append((url, content_type))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


NOBODY = Server(AssertionError("nothing may be asked"))


@pytest.mark.parametrize(
    "data",
    [SAID, f" {SAID[:9]}\n{SAID[9:]} ", SAID.rstrip("="), base64.urlsafe_b64encode(LETTER).decode()],
    ids=["as FHIR says", "with blanks", "without padding", "URL-safe"],
)
def test_inline_data_is_decoded_and_nothing_is_asked(data: str) -> None:
    fetched = attachment_content(Attachment(data=data, url="Binary/1", contentType="text/plain"), NOBODY)

    assert fetched == Fetched(content=LETTER, content_type="text/plain")


@pytest.mark.parametrize("data", ["!!!!", "é", "AAAAA", "<p>words</p>", "data:text/plain;base64,QQ=="])
def test_data_that_is_no_base64_is_said_to_be_damaged(data: str) -> None:
    with pytest.raises(NotDecodable):
        attachment_content(Attachment(data=data), NOBODY)

    view = open_attachment(Attachment(data=data), NOBODY, "Letter").view

    assert view.notice is not None
    assert view.notice.title == "The document arrived damaged"


def test_a_url_is_fetched_with_the_type_that_the_record_states() -> None:
    server = Server(Fetched(content=LETTER, content_type="application/octet-stream"))

    fetched = attachment_content(Attachment(url=" Binary/7 ", contentType="text/plain"), server)

    assert server.asked == [("Binary/7", "text/plain")]
    assert fetched == Fetched(content=LETTER, content_type="text/plain")


def test_the_servers_type_counts_where_the_record_states_none() -> None:
    server = Server(Fetched(content=LETTER, content_type="text/plain; charset=utf-8"))

    assert attachment_content(Attachment(url="Binary/7"), server).content_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "attachment", [Attachment(), Attachment(data=" ", url=""), Attachment(title="Letter")]
)
def test_an_attachment_of_nothing_is_said_to_be_nothing(attachment: Attachment) -> None:
    with pytest.raises(NothingAttached):
        attachment_content(attachment, NOBODY)


def test_why_nothing_is_there_is_told_where_the_record_says_it() -> None:
    opened = open_attachment(Attachment(), NOBODY, "Letter", reason="Hidden by the clinic")

    assert opened.view.notice is not None
    assert (opened.view.notice.title, opened.view.notice.what_happened) == (
        "Nothing is attached",
        "Hidden by the clinic",
    )
    assert not opened.view.can_download


@pytest.mark.parametrize("url", ["#letter", "data:text/html,<script>1</script>", "urn:uuid:1", "CID:a"])
def test_a_url_that_is_no_address_is_never_asked_for(url: str) -> None:
    opened = open_attachment(Attachment(url=url), NOBODY, "Letter")

    assert opened.view.notice is not None
    assert "not with an address that can be opened" in str(opened.view.notice.what_happened)


def test_a_refusal_with_status_200_is_not_shown_as_the_document() -> None:
    outcome = b'{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}'
    server = Server(Fetched(content=outcome, content_type="application/fhir+json"))

    opened = open_attachment(Attachment(url="Binary/7", contentType="application/pdf"), server, "Letter")

    assert opened.content == b""
    assert opened.view.notice is not None
    assert opened.view.notice.title == "Something else came in place of the document"


@pytest.mark.parametrize(
    ("error", "title", "can_retry"),
    [
        (errors.NotShared, "The agency’s system does not hand out this document", False),
        (errors.SignInExpired, "The agency’s system asks to sign in again", False),
        (errors.NotThere, "The document is not there", False),
        (errors.StrayLink, "The document lies outside the agency’s record server", False),
        (errors.TooLarge, "The document is too large to be brought here", False),
        (errors.NoAnswerInTime, "The document did not arrive in time", True),
        (errors.NoConnection, "The agency’s system could not be reached", True),
        (errors.TooManyRequests, "The agency’s system is busy", True),
        (errors.Maintenance, "The agency’s system is busy", True),
        (errors.ServerTrouble, "The document could not be loaded", True),
        (errors.Unreadable, "Something else came in place of the document", True),
        (errors.NotUnderstood, "The document could not be loaded", False),
    ],
)
def test_each_refusal_has_words_of_its_own(
    error: type[errors.UpstreamError], title: str, can_retry: bool
) -> None:
    problem = error(status=None, resource_type="Binary", request_id="r-1")

    notice = problem_notice(problem, retry_href="/again/")

    assert notice.title == title
    assert notice.what_happened
    assert notice.action
    assert notice.server_id == "r-1"
    assert (notice.retry_href == "/again/") is can_retry


def test_a_document_that_cannot_be_fetched_becomes_a_notice_and_no_exception() -> None:
    server = Server(errors.NotShared(status=403, resource_type="Binary"))

    opened = open_attachment(Attachment(url="Binary/7"), server, "Letter")

    assert server.asked
    assert opened.view.kind == "none"
    assert opened.view.notice is not None
    assert "refused" in str(opened.view.notice.what_happened)


def test_what_signing_in_raises_passes_through() -> None:
    class SignInNeeded(Exception):
        pass

    with pytest.raises(SignInNeeded):
        open_attachment(Attachment(url="Binary/7"), Server(SignInNeeded()), "Letter")


@pytest.mark.parametrize(
    "written",
    [
        base64.b64encode(hashlib.sha1(LETTER, usedforsecurity=False).digest()).decode(),
        hashlib.sha1(LETTER, usedforsecurity=False).hexdigest().upper(),
    ],
    ids=["base64", "hexadecimal"],
)
def test_bytes_that_are_as_recorded_need_no_remark(written: str) -> None:
    attachment = Attachment(data=SAID, contentType="text/plain", size=len(LETTER), hash=written)

    assert open_attachment(attachment, NOBODY, "Letter").view.notice is None


def test_bytes_that_are_not_as_recorded_are_shown_and_remarked_on() -> None:
    attachment = Attachment(data=SAID, contentType="text/plain", size=99, hash="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")

    view = open_attachment(attachment, NOBODY, "Letter").view

    assert view.text == LETTER.decode()
    assert view.notice is not None
    assert "99 bytes, but it has 27 bytes" in str(view.notice.what_happened)
    assert "checksum differs" in str(view.notice.what_happened)
