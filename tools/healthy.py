"""The container's health check: exits 0 while the portal answers at /healthz. Reads PORT and PORTAL_BASE_URL."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main() -> int:
    """Ask the portal in this container under its public name, because it refuses every other."""
    port = int(os.environ.get("PORT") or 8000)
    host = urlsplit(os.environ.get("PORTAL_BASE_URL", "")).netloc or f"localhost:{port}"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    # A proxy of the environment has no business between the two.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=4) as answer:
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as error:
        print(f"the portal does not answer: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
