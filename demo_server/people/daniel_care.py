"""Daniel's questionnaires, plan, goals, team, vaccines, procedures, life, and who wrote what."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, immunization, note, period, quantity, reference
from demo_server.people.care import (
    achievement,
    care_plan,
    care_team,
    goal,
    procedure,
    provenance,
    sexual_orientation,
    smoking,
    social,
)
from demo_server.people.codes import SDOH, loinc, observation_category, snomed
from demo_server.people.days import Days
from demo_server.people.places import AGENCY, HANNAH, IMANI, PRIYA, TIDEWATER, TOM
from demo_server.people.questionnaires import answer, audit_c, gad7, panel, phq9

Json = dict[str, Any]

# Days ago → the nine answers of the PHQ-9, 0 to 3 points each. The last item asks about self-harm.
MOOD: dict[int, tuple[int, ...]] = {
    12: (1, 1, 2, 2, 1, 1, 1, 0, 0),
    40: (1, 1, 2, 2, 1, 1, 1, 1, 0),
    75: (1, 2, 2, 2, 1, 1, 1, 1, 0),
    110: (2, 2, 2, 2, 1, 1, 1, 1, 0),
    150: (2, 2, 2, 2, 2, 1, 1, 1, 0),
    180: (2, 2, 3, 2, 2, 2, 1, 1, 0),
    210: (2, 3, 3, 2, 2, 2, 2, 1, 0),
    275: (2, 2, 3, 2, 1, 2, 2, 1, 0),
    340: (2, 2, 2, 2, 1, 2, 1, 1, 0),
    410: (1, 2, 2, 2, 1, 1, 1, 0, 0),
    500: (2, 2, 2, 2, 2, 2, 1, 1, 0),
    640: (3, 3, 3, 2, 2, 2, 2, 1, 1),
    760: (3, 3, 3, 3, 2, 3, 2, 1, 1),
}
WORRY: dict[int, tuple[int, ...]] = {
    12: (1, 1, 1, 2, 1, 1, 0),
    75: (2, 1, 2, 2, 1, 1, 0),
    180: (2, 2, 2, 2, 1, 2, 1),
    340: (2, 2, 3, 2, 1, 2, 2),
    760: (3, 3, 3, 2, 2, 2, 2),
}


def care(me: str, days: Days) -> list[Resource]:
    """What is neither a medicine, a measure, a result nor a note."""
    return [
        *_questionnaires(me, days),
        *_plans(me, days),
        *_done(me, days),
        *_life(me, days),
    ]


def who_wrote_what(me: str, days: Days, everything: list[Resource]) -> list[Resource]:
    """Provenance of some of `everything`, found by id: author, on whose behalf, and transmitter."""
    by_id = {one["id"]: one for one in everything}

    def some(*names: str) -> list[Resource]:
        return [by_id[name] for name in names]

    return [
        provenance(
            "daniel-provenance-psychiatry",
            some("daniel-medication-sertraline", "daniel-note-html", "daniel-diagnosis-depression"),
            recorded=days.moment(12, "11:21"),
            author=IMANI,
            on_behalf_of=AGENCY,
        ),
        provenance(
            "daniel-provenance-allergies",
            some("daniel-allergy-penicillin"),
            recorded=days.moment(2200, "09:40"),
            author=PRIYA,
            on_behalf_of=AGENCY,
        ),
        provenance(
            "daniel-provenance-lab",
            some("daniel-report-metabolic-95", "daniel-metabolic-2345-7-95"),
            recorded=days.moment(94, "07:30"),
            author=TIDEWATER,
            on_behalf_of=TIDEWATER,
            transmitter=TIDEWATER,
        ),
        provenance(
            "daniel-provenance-himself",
            some("daniel-medication-fish-oil"),
            recorded=days.moment(95, "10:00"),
            author=reference(f"Patient/{me}", "Daniel Whitaker"),
        ),
    ]


def _questionnaires(me: str, days: Days) -> list[Resource]:
    out: list[Resource] = []
    for ago, points in MOOD.items():
        visit = "daniel-visit-psychiatry-12" if ago == 12 else None
        hard = 2 if sum(points) > 16 else 1
        out += phq9(
            me, f"daniel-phq9-{ago}", points, when=days.moment(ago, "09:55"), difficulty=hard, encounter=visit
        )
    for ago, points in WORRY.items():
        out += gad7(me, f"daniel-gad7-{ago}", points, when=days.moment(ago, "09:58"))
    out += audit_c(me, "daniel-auditc-95", (2, "LA15694-5", "LA18933-4"), 3, when=days.moment(95, "09:05"))
    out += panel(
        me,
        "daniel-prapare-95",
        "93025-5",
        [
            ("63512-8", {"valueQuantity": quantity(2, "{#}")}),
            ("56799-0", {"valueString": "26 Heron Court, Apt 4, Port Ellery"}),
            ("71802-3", answer("LA30189-7")),
            ("93033-9", answer("LA33-6")),
            ("67875-5", answer("LA30138-4")),
            ("93030-5", answer("LA32-8")),
            ("93038-8", answer("LA13902-4")),
            ("93026-3", {}),
        ],
        when=days.moment(95, "09:06"),
        screening=True,
        performer=HANNAH,
        encounter="daniel-visit-checkup-95",
    )
    return out


def _plans(me: str, days: Days) -> list[Resource]:
    return [
        goal(
            me,
            "daniel-goal-mood",
            "Mood: a PHQ-9 score under 5 at two visits in a row",
            started=days.day(760),
            achievementStatus=achievement("improving"),
            addresses=[reference("Condition/daniel-condition-depression", "Depression")],
            target=[
                {
                    "measure": concept(loinc("44261-6")),
                    "detailQuantity": quantity(5, "{score}"),
                    "dueDate": days.day(-90),
                }
            ],
            expressedBy=reference(f"Patient/{me}", "Daniel Whitaker"),
        ),
        goal(
            me,
            "daniel-goal-a1c",
            "Blood sugar: A1c under 7",
            started=days.day(410),
            achievementStatus=achievement("in-progress"),
            target=[
                {
                    "measure": concept(loinc("4548-4")),
                    "detailQuantity": quantity(7, "%"),
                    "dueDate": days.day(-30),
                }
            ],
            statusDate=days.day(94),
            statusReason="7.4% at the last test, down from 7.9%",
            outcomeReference=[reference("Observation/daniel-a1c-95")],
        ),
        goal(
            me,
            "daniel-goal-walk",
            "Walk to the harbor on five days a week",
            started=days.day(180),
            achievementStatus=achievement("sustaining"),
            target=[{"detailString": "5 days a week", "dueDate": days.day(-14)}],
            note=[note("Four days last week.", days.moment(5, "15:40"), TOM["reference"])],
        ),
        goal(
            me,
            "daniel-goal-smoking",
            "Stop smoking",
            started=days.day(2190),
            lifecycleStatus="completed",
            achievementStatus=achievement("achieved"),
            target=[{"dueDate": days.day(2000)}],
            statusDate=days.day(2010),
        ),
        goal(
            me,
            "daniel-goal-work",
            "Back at the boatyard, three days a week",
            snomed("406156006"),
            started=days.day(700),
            lifecycleStatus="completed",
            achievementStatus=achievement("achieved"),
            target=[{"dueDate": days.day(520)}],
            statusDate=days.day(533),
        ),
        care_plan(
            me,
            "daniel-plan",
            "Treatment plan",
            "Weekly therapy with Tomas Okafor. Medicine follow-up with Dr. Cole every month.",
            "Worry time at six in the evening. Walks on five days a week. Safety plan on the refrigerator.",
            created=days.day(180),
            period=period(days.day(180), days.day(-180)),
            author=TOM,
            goal=[reference("Goal/daniel-goal-mood"), reference("Goal/daniel-goal-walk")],
            addresses=[reference("Condition/daniel-condition-depression", "Depression")],
            careTeam=[reference("CareTeam/daniel-team")],
            activity=[
                {"detail": {"status": "in-progress", "description": "Therapy every second week"}},
                {"detail": {"status": "scheduled", "description": "Blood draw: kidney function and A1c"}},
            ],
        ),
        care_plan(
            me,
            "daniel-plan-past",
            "Plan after the hospital stay",
            "Drink three liters a day. Strain the urine for two weeks.",
            created=days.day(1598),
            status="completed",
            period=period(days.day(1598), days.day(1568)),
        ),
        care_team(
            me,
            "daniel-team",
            "Daniel's care team",
            [
                (concept(text="Therapist"), TOM),
                (concept(text="Psychiatrist"), IMANI),
                (concept(snomed("453231000124104")), PRIYA),
                (concept(snomed("224535009")), HANNAH),
                (concept(snomed("116154003"), text="Patient"), reference(f"Patient/{me}", "Daniel Whitaker")),
            ],
            updated=days.day(180),
            period=period(days.day(760)),
            managingOrganization=[AGENCY],
        ),
        care_team(
            me,
            "daniel-team-past",
            "Team at the hospital",
            [(concept(text="Urologist"), reference("Practitioner/arthur-kessler", "Arthur Kessler, MD"))],
            updated=days.day(1598),
            status="inactive",
            period=period(days.day(1602), days.day(1598)),
        ),
    ]


def _done(me: str, days: Days) -> list[Resource]:
    return [
        *(
            immunization(
                me,
                f"daniel-vaccine-flu-{ago}",
                "150",
                when=days.day(ago),
                performer=[{"actor": HANNAH}],
                lotNumber=lot,
            )
            for ago, lot in ((47, "HL5501"), (412, "HL4410"), (777, "HL3309"))
        ),
        immunization(me, "daniel-vaccine-tdap", "115", when=days.day(1900), primarySource=False),
        immunization(me, "daniel-vaccine-shingles", "187", when=days.month(720)),
        immunization(
            me,
            "daniel-vaccine-covid-declined",
            "309",
            when=days.day(47),
            status="not-done",
            statusReason=concept(text="Would like to wait until after the trip"),
        ),
        procedure(
            me,
            "daniel-procedure-stone",
            concept(text="Stone crushed with sound waves, left kidney"),
            when=days.moment(1600, "08:20"),
            encounter=reference("Encounter/daniel-visit-hospital-1600"),
            performer=[{"actor": reference("Practitioner/arthur-kessler", "Arthur Kessler, MD")}],
            bodySite=[concept(snomed("64033007"), text="Left kidney")],
        ),
        procedure(
            me,
            "daniel-procedure-xray",
            concept(snomed("399208008"), text="Chest X-ray"),
            when=days.moment(410, "13:00"),
            performer=[{"actor": reference("Organization/bayview-hospital", "Bayview Community Hospital")}],
        ),
        procedure(
            me,
            "daniel-procedure-colonoscopy-not-done",
            concept(text="Colonoscopy"),
            when=days.day(300),
            status="not-done",
            statusReason=concept(text="Could not get a ride home"),
        ),
        procedure(
            me,
            "daniel-procedure-counseling",
            concept(text="Counseling about sleep"),
            when=days.month(180),
            performer=[{"actor": TOM}],
        ),
    ]


def _life(me: str, days: Days) -> list[Resource]:
    when = days.moment(95, "09:08")
    return [
        smoking(me, "daniel-smoking", "8517006", when=when, performer=[HANNAH]),
        sexual_orientation(me, "daniel-orientation", concept(snomed("20430005")), when=when),
        social(
            me,
            "daniel-social-work",
            concept(loinc("11341-5"), text="Work"),
            when=when,
            performer=[HANNAH],
            valueString="Boat builder, three days a week",
        ),
        social(
            me,
            "daniel-social-drinks",
            concept(text="Alcoholic drinks in a week"),
            when=when,
            performer=[HANNAH],
            valueQuantity=quantity(3, "{drinks}/wk"),
        ),
        social(
            me,
            "daniel-social-alone",
            concept(text="Lives alone"),
            when=when,
            performer=[HANNAH],
            valueBoolean=False,
            category=[observation_category("social-history"), SDOH],
        ),
        social(
            me,
            "daniel-social-exercise",
            concept(text="Exercise"),
            when=when,
            performer=[HANNAH],
            valueCodeableConcept=concept(text="Most days"),
        ),
    ]
