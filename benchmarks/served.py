"""A portal of the checkout in which this is run, until its standard input ends. Prints its address.

python …/benchmarks/served.py DEMO_SERVER PORT [NAME=VALUE …]
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

sys.path[0] = str(Path.cwd())

from tests.servers import start_portal  # noqa: E402  (of the checkout in which this is run)


def main(demo: str, port: str, *environment: str) -> None:
    """Serve on a port until nobody is there to be served."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(port)))
        listener.listen(128)
        env = dict(pair.split("=", 1) for pair in environment)
        with start_portal(demo, listener=listener, **env) as address:
            print(address, flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
