"""Daniel's notes and documents, one of each format that an agency sends."""

from __future__ import annotations

from demo_server.people.base import Resource
from demo_server.people.building import document, instant, period
from demo_server.people.days import Days
from demo_server.people.files import attachment, binary, pdf, png, unguessable
from demo_server.people.places import IMANI, PRIYA, TOM

THERAPY = """Session of 50 minutes, in person.

Daniel says the week was "less heavy". He walked to the harbor on four of seven days and ate lunch with
his brother on Sunday. He still wakes at four and worries about the mortgage.

We looked at the worry record together and tried writing the worry down and setting a time for it.
No thoughts of harming himself. He knows how to reach the crisis line, 988, and keeps his safety plan
on the refrigerator.

Plan: worry time at 6 pm, walk on five days, bring the record next time.
"""

TREATMENT_SUMMARY = """<!DOCTYPE html>
<html lang="en"><head><title>Medication follow-up</title>
<style>h1 { color: #26547c } table { border-collapse: collapse } td, th { border: 1px solid; padding: 4px }</style>
</head><body>
<h1>Medication follow-up</h1>
<p>Mood is better than in spring; sleep still broken. Sertraline raised to <b>100 mg</b> each morning.</p>
<table><caption>Questionnaires</caption>
<thead><tr><th scope="col">Questionnaire</th><th scope="col">Before</th><th scope="col">Now</th></tr></thead>
<tbody><tr><td>PHQ-9</td><td>17</td><td>9</td></tr><tr><td>GAD-7</td><td>14</td><td>7</td></tr></tbody></table>
<ul><li>Trazodone stays paused.</li><li>Kidney function and A1c with the next blood draw.</li></ul>
</body></html>
"""


def notes(me: str, days: Days) -> list[Resource]:
    """DocumentReferences and the Binary resources that two of them point to."""
    letter = unguessable("daniel letter")
    letter_bytes = pdf(
        "Letter to the referring physician",
        "Harbor Lane Behavioral Health, 410 Harbor Lane, Port Ellery, VA 23100",
        "",
        "Thank you for referring Mr. Whitaker. He has been in weekly therapy since last year,",
        "and takes sertraline. His PHQ-9 fell from 17 to 9. Please watch his A1c together with us.",
        "",
        "Imani Cole, MD",
    )
    plan = pdf(
        "Safety plan",
        "1. Signs that I am getting worse: I stop answering my brother's calls.",
        "2. What I can do alone: walk to the harbor, call the boat club.",
        "3. Whom I can call: Carol, my brother Pete, the clinic at 804-555-0101.",
        "4. At any hour: 988, the Suicide and Crisis Lifeline.",
    )
    out = [
        document(
            me,
            f"daniel-note-therapy-{ago}",
            "11506-3",
            [
                attachment(
                    THERAPY.encode(), "text/plain; charset=utf-8", title="Therapy note", language="en-US"
                )
            ],
            when=days.moment(ago, "16:30"),
            authors=[TOM],
            encounter=f"daniel-visit-therapy-{ago}",
            covers=period(days.moment(ago, "15:00"), days.moment(ago, "15:50")),
            description="Therapy session",
        )
        for ago in (5, 19, 33)
    ]
    return [
        *out,
        document(
            me,
            "daniel-note-html",
            "34131-3",
            [attachment(TREATMENT_SUMMARY.encode(), "text/html", title="Medication follow-up")],
            when=days.moment(12, "11:20"),
            authors=[IMANI],
            encounter="daniel-visit-psychiatry-12",
            covers=period(days.moment(12, "10:00"), days.moment(12, "10:45")),
            docStatus="final",
        ),
        document(
            me,
            "daniel-note-safety-plan-pdf",
            "18776-5",
            [attachment(plan, "application/pdf", title="Safety plan", creation=days.day(61))],
            when=days.moment(61, "16:10"),
            authors=[TOM],
            encounter="daniel-visit-therapy-61",
        ),
        document(
            me,
            "daniel-note-letter-pdf-url",
            "68609-7",
            [{"contentType": "application/pdf", "url": f"Binary/{letter}", "title": "Letter to Dr. Raman"}],
            when=days.moment(150, "08:45"),
            authors=[IMANI],
        ),
        binary(
            letter, letter_bytes, "application/pdf", updated=instant(days.moment(150, "08:45")), patient=me
        ),
        document(
            me,
            "daniel-note-mood-chart-image",
            "51848-0",
            [attachment(png(480, 240), "image/png", title="Mood chart drawn in session")],
            when=days.moment(33, "16:40"),
            authors=[TOM],
            encounter="daniel-visit-therapy-33",
            description="Mood chart, drawn by hand",
        ),
        document(
            me,
            "daniel-note-checkup",
            "34117-2",
            [
                attachment(
                    b"Yearly check-up. Feels well apart from sleep. Lungs clear, heart regular. Feet checked.\n",
                    "text/plain",
                    title="Check-up",
                )
            ],
            when=days.moment(95, "10:30"),
            authors=[PRIYA],
            encounter="daniel-visit-checkup-95",
        ),
    ]
