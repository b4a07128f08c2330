"""Names of SNOMED CT as one reads them: a fully specified name ends with a tag for machines, "(disorder)"."""

from __future__ import annotations

import re

SEMANTIC_TAG = re.compile(
    r"(?<=\S)\s+\((?:assessment scale|body structure|clinical drug|disorder|environment|event|finding|"
    r"life style|medicinal product(?: form)?|morphologic abnormality|observable entity|occupation|organism|person|"
    r"physical force|physical object|procedure|product|qualifier value|record artifact|regime/therapy|situation|"
    r"social concept|specimen|staging scale|substance)\)\Z"
)
"""The tags of SNOMED CT's hierarchies, as they end a fully specified name."""


def without_tag(display: str) -> str:
    """A display of SNOMED CT without the tag of its hierarchy, if it has one."""
    return SEMANTIC_TAG.sub("", display)
