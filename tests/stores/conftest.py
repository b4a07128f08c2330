"""One PostgreSQL and one Redis for all tests here; where they are not, or do not start, the tests are left out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.stores import throwaway
from tests.stores.throwaway import Stores


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    """The two servers."""
    if missing := throwaway.missing():
        pytest.skip(f"this machine has no {' and no '.join(missing)} (apt-get install {' '.join(missing)})")
    with ExitStack() as until_the_end:
        try:
            both = until_the_end.enter_context(throwaway.start_stores())
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL and Redis do not start on this machine: {error}")
        yield both
