"""Builds `records/words/medicine_names.tsv`: which names of medicines mean the same one.

    python -m venv /tmp/names && /tmp/names/bin/pip install drug-named-entity-recognition==2.0.9
    /tmp/names/bin/python tools/medicine_names.py records/words/medicine_names.tsv

The package (MIT) brings names from DrugBank's open vocabulary (CC0), MeSH, MedlinePlus (both of the National Library
of Medicine) and Wikipedia; facts alone are taken: that a name means a medicine. Of its twenty thousand substances those
are kept that MedlinePlus tells patients of, and of their names those that a person would type. `BY_HAND` adds what the
package lacks, as the labels of these products have it (DailyMed).
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

VERSION = "2.0.9"

BY_HAND: dict[str, tuple[str, ...]] = {
    "acetaminophen and hydrocodone": ("vicodin", "norco", "lortab", "hydrocodone/acetaminophen"),
    "acetaminophen and oxycodone": ("percocet", "endocet", "oxycodone/acetaminophen"),
    "amoxicillin and clavulanic acid": (
        "augmentin",
        "amoxicillin/clavulanate",
        "amoxicillin and clavulanate",
    ),
    "carbidopa and levodopa": ("sinemet", "carbidopa/levodopa"),
    "cephalexin": ("keflex", "cefalexin", "cefalexina"),
    "dextroamphetamine and amphetamine": ("adderall", "mydayis", "amphetamine/dextroamphetamine"),
    "drospirenone and ethinyl estradiol": ("yaz", "yasmin"),
    "estradiol": ("estrace", "estradiol vaginal", "vivelle", "climara"),
    "insulin glargine": ("lantus", "basaglar", "toujeo", "insulina glargina"),
    "isosorbide": ("imdur", "isordil", "isosorbide mononitrate", "isosorbide dinitrate"),
    "methotrexate": ("trexall", "rheumatrex", "metotrexato"),
    "tirzepatide": ("mounjaro", "zepbound", "tirzepatida"),
    "levothyroxine": (
        "synthroid",
        "unithroid",
        "euthyrox",
        "l-thyroxine",
        "levotiroxina",
        "levothyroxine sodium",
    ),
    "losartan and hydrochlorothiazide": ("hyzaar", "losartan/hydrochlorothiazide"),
    "methadone": ("dolophine", "methadose"),
    "warfarin": ("jantoven",),
    "xanomeline and trospium": ("cobenfy",),
    "zaleplon": ("sonata",),
}

TYPED = re.compile(r"[a-zà-ÿ][a-zà-ÿ'/ -]{2,34}")
"""What a person would type: letters, no formula, no number."""

NO_NAMES = frozenset(
    {
        *(
            "acid",
            "and",
            "apo",
            "calcium",
            "chain",
            "cream",
            "drops",
            "enema",
            "gel",
            "hydrochloride",
            "injection",
        ),
        *(
            "insulin",
            "iron",
            "nasal",
            "oral",
            "patch",
            "plus",
            "potassium",
            "powder",
            "sodium",
            "spray",
            "sulfate",
        ),
        *("tablet", "the", "topical", "vaccine", "vitamin", "water", "zinc"),
    }
)
"""Too plain to mean one medicine."""

CHEMISTRY = re.compile(
    r"\b(?:alpha|beta|gamma|methyl\w+|acidum|acide|ester|hydroxy\w*(?:yl|ic))\b|\w{8,}yl\b|oic acid"
)
MAKERS = re.compile(
    r"^(?:apo|gen|novo|ratio|rhoxal|nu|pms|teva|mylan|sandoz|ct|dom|co|riva|alti|auro|ran)[ -]"
)


def plain(canonical: str) -> str:
    """A medicine's name without what it is given for: "doxepin (insomnia)"."""
    return re.sub(r"\s*\(.*?\)", "", canonical).strip().lower()


def typed(names: Iterable[str]) -> set[str]:
    """Those of the names that a person would type."""
    return {
        name
        for one in names
        if TYPED.fullmatch(name := one.lower().strip())
        and name not in NO_NAMES
        and name.count(" ") < 4
        and not CHEMISTRY.search(name)
        and not MAKERS.match(name)
    }


def main(target: Path) -> None:
    """Write the table."""
    from drug_named_entity_recognition import drugs_finder

    known = drugs_finder.drug_canonical_to_data
    of: dict[str, set[str]] = defaultdict(set)
    for name, (canonical, *_more) in drugs_finder.drug_variant_to_canonical.items():
        if "medline_plus_id" in known.get(canonical, {}):
            of[plain(canonical)].add(name)
    for canonical, names in BY_HAND.items():
        for others in of.values():  # "adderall" is not amphetamine alone
            others.difference_update(names)
        of[canonical].update(names)
    lines = [
        "\t".join((canonical, *sorted(typed(names) - {canonical})))
        for canonical, names in sorted(of.items())
        if TYPED.fullmatch(canonical)
    ]
    target.write_text(
        "# Names of medicines that mean the same one, the generic name first. Built by tools/medicine_names.py from\n"
        f"# drug-named-entity-recognition {VERSION} (MIT): DrugBank Open Data (CC0), MeSH and MedlinePlus (U.S.\n"
        "# National Library of Medicine), Wikipedia. Facts alone; the NLM is not responsible for it and does not\n"
        "# endorse it.\n" + "\n".join(line for line in lines if "\t" in line) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
