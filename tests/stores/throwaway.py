"""A PostgreSQL and a Redis of our own on free ports of this machine: nothing in them outlives the block."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

START_SECONDS = 30


@dataclass(frozen=True)
class Stores:
    """Where they are, as DATABASE_URL and CACHE_URL want it."""

    database_url: str
    cache_url: str

    @property
    def environment(self) -> dict[str, str]:
        """What tells a portal of them."""
        return {"DATABASE_URL": self.database_url, "CACHE_URL": self.cache_url}

    def database(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection past the portal, to look at what it wrote."""
        return psycopg.connect(self.database_url, autocommit=True)

    def cache(self) -> redis.Redis:
        """A connection past the portal, to look at what it keeps."""
        return redis.Redis.from_url(self.cache_url)


@contextmanager
def hanging(stores: Stores) -> Iterator[None]:
    """Every process of the server stands still: connections are accepted, and nobody says anything."""
    with stores.database() as past_the_portal:
        backend = past_the_portal.info.backend_pid
        listener = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    all_of_it = [listener, *map(int, Path(f"/proc/{listener}/task/{listener}/children").read_text().split())]
    try:
        for process in all_of_it:
            _told(process, signal.SIGSTOP)
        yield
    finally:
        for process in reversed(all_of_it):
            _told(process, signal.SIGCONT)


def _told(process: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # one that served a connection ends with it
        os.kill(process, what)


def missing() -> list[str]:
    """The Debian packages that this machine lacks for it."""
    found = {"postgresql": _postgresql(), "redis-server": shutil.which("redis-server")}
    return [package for package, path in found.items() if path is None]


@contextmanager
def start_stores(*, redis_mebibytes: int = 64) -> Iterator[Stores]:
    """Both, until the block ends."""
    with start_postgresql() as database_url, start_redis(mebibytes=redis_mebibytes) as cache_url:
        yield Stores(database_url, cache_url)


@contextmanager
def start_postgresql() -> Iterator[str]:
    """A server with an empty database; yields its address for DATABASE_URL."""
    programs = _postgresql()
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="portal-postgresql-", dir=_open_folder()) as folder:
        user = _unprivileged(Path(folder))
        data = str(Path(folder) / "data")
        options = (
            f"--pgdata={data} --username=portal --encoding=UTF8 --locale=C --auth=trust --no-sync".split()
        )
        subprocess.run(
            [programs / "initdb", *options], check=True, capture_output=True, user=user, cwd=folder
        )
        port = _free_port()
        address = f"postgres://portal@127.0.0.1:{port}/portal"

        def answers() -> None:
            with psycopg.connect(address, dbname="postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE portal")

        settings = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off")
        command = [programs / "postgres", "-D", data, *(word for one in settings for word in ("-c", one))]
        with _running(command, folder, user, answers, psycopg.OperationalError):
            yield address


@contextmanager
def start_pgbouncer(database_url: str) -> Iterator[str]:
    """A pooler before a PostgreSQL, which gives its connections to somebody else after each transaction; yields its
    address for DATABASE_URL."""
    there, port = psycopg.conninfo.conninfo_to_dict(database_url), _free_port()
    with tempfile.TemporaryDirectory(prefix="portal-pgbouncer-", dir=_open_folder()) as folder:
        user = _unprivileged(Path(folder))
        settings = Path(folder) / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\nportal = host=127.0.0.1 port={there['port']} dbname={there['dbname']} user={there['user']}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 20\n"
        )
        address = f"postgres://portal@127.0.0.1:{port}/portal"

        def answers() -> None:
            psycopg.connect(address).close()

        command: list[str | Path] = [shutil.which("pgbouncer") or "", settings]
        with _running(command, folder, user, answers, psycopg.OperationalError):
            yield address


@contextmanager
def start_redis(*, mebibytes: int = 64, certificate: Path | None = None, password: str = "") -> Iterator[str]:
    """A server that keeps nothing, as compose.yaml has it; yields its address for CACHE_URL.

    Args:
        certificate: a PEM file with key and certificate of 127.0.0.1; it then speaks TLS alone.
        password: without which it says nothing; empty for none.
    """
    with tempfile.TemporaryDirectory(prefix="portal-redis-", dir=_open_folder()) as folder:
        user, port = _unprivileged(Path(folder)), _free_port()
        given = f":{password}@" if password else ""
        address = f"redis://{given}127.0.0.1:{port}/0"
        listens = f"--port {port}"
        if certificate is not None:
            own = Path(folder) / "redis.pem"
            own.write_bytes(certificate.read_bytes())
            own.chmod(0o644)  # of a server that lives for seconds
            address = f"rediss://{given}127.0.0.1:{port}/0?ssl_ca_certs={own}"
            listens = f"--port 0 --tls-port {port} --tls-auth-clients no"
            listens += f" --tls-cert-file {own} --tls-key-file {own} --tls-ca-cert-file {own}"

        def answers() -> None:
            redis.Redis.from_url(address).ping()

        command: list[str | Path] = ["redis-server", "--save", "", *f"--appendonly no {listens}".split()]
        command += ["--requirepass", password] if password else []
        command += f"--bind 127.0.0.1 --dir {folder} --maxmemory {mebibytes}mb --maxmemory-policy allkeys-lru".split()
        with _running(command, folder, user, answers, redis.ConnectionError):
            yield address


@contextmanager
def _running(
    command: list[str | Path],
    folder: str,
    user: int | None,
    answers: Callable[[], None],
    not_yet: type[Exception],
) -> Iterator[None]:
    written = Path(folder) / "written"
    with written.open("wb") as said:
        server = subprocess.Popen(command, cwd=folder, user=user, stdout=said, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                answers()
                break
            except not_yet as error:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} did not start:\n{written.read_text()}") from error
                time.sleep(0.05)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL waits for nobody then, and both leave tidily
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _postgresql() -> Path | None:
    """The folder of its programs: Debian keeps them off the PATH, one folder for each version. None: not there."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if elsewhere := shutil.which("initdb"):
        found.append(Path(elsewhere).resolve())
    return next((path.parent for path in reversed(found) if (path.parent / "postgres").is_file()), None)


def _unprivileged(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: whoever else may own the folder then. None: we are nobody special."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, user, -1)
    return user


def _open_folder() -> str | None:
    """Where an unprivileged user gets to. None: wherever temporary files are."""
    usual = Path(tempfile.gettempdir()).resolve()
    is_open = all(place.stat().st_mode & stat.S_IXOTH for place in (usual, *usual.parents))
    return None if is_open or os.geteuid() != 0 else "/var/tmp"  # noqa: S108  (a folder of a random name in it)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    # Whether tests on them can be asked for on this machine (`.ci/run`).
    if lacking := missing():
        raise SystemExit(f"This machine has no {' and no '.join(lacking)}.")
    with start_stores():
        pass
