"""Which scopes were granted, asked by type and interaction."""

from __future__ import annotations

import pytest

from smart_auth.scopes import Granted, GrantedScopes


@pytest.mark.parametrize(
    ("scope", "read", "search"),
    [
        ("patient/Observation.read", "full", "full"),
        ("patient/Observation.*", "full", "full"),
        ("patient/*.read", "full", "full"),
        ("patient/*.*", "full", "full"),
        ("patient/Observation.rs", "full", "full"),
        ("patient/Observation.r", "full", "none"),
        ("patient/Observation.s", "none", "full"),
        ("patient/*.cruds", "full", "full"),
        ("patient/Observation.r patient/Observation.s", "full", "full"),
        ("patient/Observation.write", "none", "none"),
        ("patient/Observation.cud", "none", "none"),
        ("patient/Observation.sr", "none", "none"),
        ("patient/Observation.", "none", "none"),
        ("patient/Observation.rs?category=http://x|laboratory", "partial", "partial"),
        ("patient/Observation.rs?category=a patient/*.rs", "full", "full"),
        ("patient/Observation.read?category=a", "partial", "partial"),
        ("patient/Condition.read", "none", "none"),
        ("patient/ObservationX.read", "none", "none"),
        ("xpatient/Observation.read", "none", "none"),
        ("user/Observation.read", "none", "none"),
        ("system/*.read", "none", "none"),
        ("launch/patient openid", "none", "none"),
        ("", "none", "none"),
    ],
)
def test_what_a_scope_grants(scope: str, read: str, search: str) -> None:
    granted = GrantedScopes.parse(scope)

    assert granted.allows("Observation", "read") is Granted(read)
    assert granted.allows("Observation", "search") is Granted(search)
