"""One PostgreSQL and one Redis for all tests here; where their programs are not, the tests are left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores import throwaway
from tests.stores.throwaway import Stores


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    """The two servers."""
    if missing := throwaway.missing():
        pytest.skip(f"this machine has no {' and no '.join(missing)} (apt-get install {' '.join(missing)})")
    with throwaway.start_stores() as both:
        yield both
