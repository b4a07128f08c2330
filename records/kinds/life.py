"""Life and habits: smoking, work, housing and their like; sexual orientation, which is shown only when asked for. FHIR
R4 Observation; US Core 5.0.1 (Social History, Smoking Status, SDOH Assessment, Sexual Orientation)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.fhir.codes import LOINC
from records.fhir.elements import Observation
from records.kinds import observed, questionnaires
from records.kinds.base import Group, Heading, Kind, Known, Search, by_code
from records.words import observing
from records.words.rows import Row, replace

SEXUAL_ORIENTATION = "76690-7"


def to_row(observation: Observation, known: Known) -> Row:
    """One thing recorded of daily life. The answer on sexual orientation stands behind one tap, wherever it stands."""
    row = questionnaires.to_row(observation, known)
    if observation.code is None or not observation.code.has(LOINC, SEXUAL_ORIENTATION):
        return row
    covered = observing.value_words(observation) or observing.absence(observation)
    return replace(row, measure=None, covered=covered)


KIND = Kind(
    slug=observed.LIFE,
    title=_("Life and habits"),
    plain=_(
        "What is recorded of smoking, work, housing and other parts of daily life. Forms that ask about them stand"
        " under Questionnaires and screenings."
    ),
    nothing_came_back=_(
        "The agency’s system sent nothing about daily life. That does not always mean that nothing was recorded."
    ),
    group=Group.ABOUT,
    order=15,
    resource_type="Observation",
    # The last two have no category in US Core, or may come without one.
    searches=(
        Search(parameters=(("category", "social-history"),)),
        Search(parameters=(("category", "sdoh"),)),
        *(Search(parameters=(("code", f"{LOINC}|{code}"),)) for code in sorted(observed.LIFE_CODES)),
    ),
    model=Observation,
    head=questionnaires.SurveyHead,
    to_row=to_row,
    said=by_code(observing.STATUS),
    date_of=observed.date_of,
    place=observed.only(observed.LIFE),
    references=observed.references,
    details=questionnaires.details,
    sort="-date",
    date_parameter="date",
    members=questionnaires.members,
    folds=questionnaires.folds,
    headings=(Heading("all", "", now=True),),
)
