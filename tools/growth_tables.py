"""Writes `records/words/growth.tsv`: the published parameters of the CDC growth charts of 2000, with the extended BMI
of 2022, and of the WHO growth standards of 2006.

    python tools/growth_tables.py FOLDER

FOLDER holds the R scripts of `data-raw/` of https://github.com/pharmaverse/admiralpeds (Apache License 2.0), which
state the tables as CDC (a work of the United States government, in the public domain) and WHO published them. The
numbers are facts and are taken as they stand. Of WHO's days all of the first four weeks are kept, then one a week, and
of lengths every half centimeter: between them a straight line is as good as the published digits.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "records" / "words" / "growth.tsv"
CDC = {"weight": "cdc_weight", "height": "cdc_height", "bmi": "cdc_bmi"}
WHO = {
    "weight": "who_wt_for_age",
    "height": "who_lgth_ht_for_age",
    "bmi": "who_bmi_for_age",
    "head": "who_hc_for_age",
    "weight-for-length": "who_wt_for_lgth",
}
SEXES = {"1": "male", "2": "female"}
FIRST_WEEKS, LAST_DAY = 28, 735


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of numbers of a script, as written; R's `0L` is 0."""
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().removesuffix("L") for cell in line.strip().rstrip(",").split(",")]
        if len(cells) >= 4 and all(re.fullmatch(r"-?\d+(\.\d+)?(e-\d+)?", cell) for cell in cells):
            yield cells


def lines(folder: Path) -> Iterator[str]:
    """Rows: reference, measure, sex, at (months of CDC, days or cm of WHO), L, M, S, and of the BMI sigma and P95."""
    for measure, name in CDC.items():
        for sex, *numbers in rows(folder / f"{name}.R"):
            yield "\t".join(("cdc", measure, SEXES[sex], *numbers))
    for measure, name in WHO.items():
        for word, sex in (("boys", "male"), ("girls", "female")):
            for at, *numbers in rows(folder / f"{name}_{word}.R"):
                if is_kept(measure, float(at)):
                    yield "\t".join(("who", measure, sex, at, *numbers[:3]))


def is_kept(measure: str, at: float) -> bool:
    """Whether a row is needed: the others lie on the line between their neighbors."""
    if measure == "weight-for-length":
        return (at * 2).is_integer()
    return at <= LAST_DAY and (at <= FIRST_WEEKS or at % 7 == 0)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = list(lines(Path(sys.argv[1])))
    TARGET.write_text("\n".join(found) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(found)} rows")


if __name__ == "__main__":
    main()
