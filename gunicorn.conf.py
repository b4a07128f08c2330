"""How gunicorn serves the portal. Reasons with numbers: docs/decisions and the benchmarks.

Environment: PORT (default 8000), BIND_HOST (default 127.0.0.1: a TLS proxy stands in front), METRICS_PORT (default 0,
which is off), METRICS_HOST (default 127.0.0.1),
WEB_CONCURRENCY (worker processes; default 3 where CACHE_URL is shared, else 1), REQUESTS_A_WORKER (how many a worker
answers before it is replaced; default 20000, 0 for any number).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insync_portal.settings")
if os.environ.get("METRICS_PORT") and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    # Where the workers add up. prometheus_client must find it when it is imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="insync-portal-metrics-")

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from insync_portal import checks, env, logs

try:
    log_level = settings.LOGGING["level"]
    port = env.integer("PORT", default=8000, least=1, most=65535)
    host = env.text("BIND_HOST", default="127.0.0.1")
    shared_cache = settings.CACHES["default"]["BACKEND"] != env.OWN_MEMORY
    workers = env.integer("WEB_CONCURRENCY", default=3 if shared_cache else 1, least=1, most=256)
    if workers > 1 and not shared_cache:
        raise ImproperlyConfigured(
            f"WEB_CONCURRENCY is {workers}, but CACHE_URL is not set: several workers need a cache that they share."
            " Set CACHE_URL to a redis:// address, or WEB_CONCURRENCY to 1."
        )
    metrics_port = settings.METRICS_PORT
    metrics_host = env.text("METRICS_HOST", default="127.0.0.1")
    request_seconds = env.integer("REQUEST_SECONDS", default=10, least=1, most=120)
except ImproperlyConfigured as error:
    sys.exit(f"InSync Portal cannot start. {error}")

bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
# gunicorn's threads, none of them for a request that is not there yet (insync_portal/worker.py).
worker_class = "insync_portal.worker.InTimeWorker"
# A thread waits for the record server most of the time; 32 of them cost little and keep one slow page from many.
threads = 32
# Connections of one worker at most. Where there are more, the one that has taken longest to send its request goes.
worker_connections = 512
preload_app = True
# A worker that grew is replaced in calm: it finishes what it has begun, one at a time because of the spread. A worker
# alone is not: nobody would answer meanwhile.
max_requests = (
    env.integer("REQUESTS_A_WORKER", default=20_000, least=0, most=10_000_000) if workers > 1 else 0
)
max_requests_jitter = max_requests // 4
# Longer than the record server may take; a worker that hangs altogether is replaced.
timeout = settings.INSYNC_CONNECT_TIMEOUT + settings.INSYNC_READ_TIMEOUT + 35
graceful_timeout = 30
# Seconds an idle connection of the proxy stays open.
keepalive = 5
# A launch in the address may have 10 KB; the worker reads no more than 32 KB of line and headers together.
limit_request_line = 0
# Whether a request came by https is for TRUST_PROXY to say, in one place (settings.SECURE_PROXY_SSL_HEADER).
forwarded_allow_ips = ""
# It would stand in the home folder, which a container may not have, and two servers would fight for it.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108  (a worker's heartbeat; a disk that hangs would look like a hanging worker)
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# No access log: an address with its query may hold a code or a state. What is worth a line, the portal says itself.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"one_line": {"()": logs.FORMATS[settings.LOGGING["format"]]}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "one_line"}},
    "root": {"level": log_level, "handlers": ["stderr"]},
    "loggers": {
        # Its starts and stops are worth a line, its DEBUG is not; a calm demo wants neither.
        "gunicorn.error": {
            "level": "INFO" if log_level == "DEBUG" else log_level,
            "handlers": [],
            "propagate": True,
        }
    },
}


def on_starting(server: Any) -> None:
    """A busy port is told in a sentence, at once, instead of five attempts; so is a zone that nobody chose."""
    if not (settings.IS_DEMO or settings.TIME_ZONE_IS_SET):
        logging.getLogger("insync_portal").warning("%s", checks.NO_TIME_ZONE)
    if os.environ.get("GUNICORN_FD") or os.environ.get("LISTEN_FDS"):
        return  # the socket is handed over and open already
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(
                f"InSync Portal cannot listen on {host}:{port} ({os.strerror(error.errno or 0)})."
                " Stop what is using the port, or choose another: PORT=8080 make serve"
            )


def _give_memory_back() -> None:
    """So that a large answer's memory goes back when it is done with. glibc raises the bounds from which on it does
    that with each large piece that it frees, and the heap then grows by copies. Other C libraries have no such knob."""
    mmap_threshold = -3  # M_MMAP_THRESHOLD of malloc.h
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(mmap_threshold, 512 * 1024)


_give_memory_back()


def post_worker_init(worker: Any) -> None:
    """The worker's own settings."""
    worker.request_seconds = request_seconds
    if metrics_port:
        from insync_portal import metrics

        metrics.THREADS.set(threads)


def when_ready(server: Any) -> None:
    """Loads what the first request would load, then takes all of it out of the garbage collector's sight.

    The pages of memory stay shared between the workers, and parsing a large answer is not slowed down by collections
    that find nothing (half of the time of a 12 MB Bundle).
    """
    from django.urls import get_resolver

    from records.fhir import reading

    _ = get_resolver().url_patterns
    reading.make_ready()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    if metrics_port:
        # A process of its own: a thread here would be forked into every worker with whatever it holds.
        command = [sys.executable, "-m", "insync_portal.metrics_server", metrics_host, str(metrics_port)]
        _metrics.append(subprocess.Popen(command, cwd=Path(__file__).parent))  # noqa: S603  (ours)


_metrics: list[subprocess.Popen[bytes]] = []


def child_exit(server: Any, worker: Any) -> None:
    """What a worker was doing when it ended, it does no more; what it counted stays counted."""
    if metrics_port:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """Nothing is left behind."""
    for process in _metrics:
        process.terminate()
    if metrics_port:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
