"""How many may ask a token endpoint at once: one that hangs holds up who asks it now, and nobody else.

As long as it answers, many may. Once it has kept one of them waiting for seconds, the others are told at once and send
nothing, so that neither a code nor a refresh token is used up in vain; after a time-out one at a time tries.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from smart_auth.errors import TemporarilyUnavailable

SUSPECT_SECONDS = 3.0
"""How long an endpoint may take before it seems to hang. Most take a fraction of a second."""

MOST_AT_ONCE = 16
"""Half of a worker's threads."""

AGAIN_SECONDS = 5
"""What those who are told are asked to wait."""


@dataclass
class _Endpoint:
    """Since when each request is out, and whether the last one that ended had waited in vain."""

    out: list[float] = field(default_factory=list)
    is_ailing: bool = False


_endpoints: dict[str, _Endpoint] = {}
_lock = threading.Lock()


@contextmanager
def turn(address: str) -> Iterator[None]:
    """One request to a token endpoint.

    Raises:
        TemporarilyUnavailable: it seems to hang. Nothing was sent.
    """
    began = time.monotonic()
    with _lock:
        endpoint = _endpoints.setdefault(address, _Endpoint())
        hangs = any(began - since > SUSPECT_SECONDS for since in endpoint.out)
        if hangs or len(endpoint.out) >= (1 if endpoint.is_ailing else MOST_AT_ONCE):
            raise TemporarilyUnavailable("the token endpoint seems to hang", retry_after=AGAIN_SECONDS)
        endpoint.out.append(began)
    try:
        yield
    finally:
        with _lock:
            endpoint.out.remove(began)
            endpoint.is_ailing = time.monotonic() - began > SUSPECT_SECONDS
