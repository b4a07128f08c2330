"""The database backend: Django's, with connections that give up in time. Django documentation, "Subclassing the
built-in database backends"."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from types import ModuleType
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from insync_portal.postgresql.waiting import WAITING, Unanswered

CANCEL_SECONDS = 5
"""How long the server is given to hear that a statement is not wanted any more. Nobody waits for that."""


class NoAnswer(psycopg.OperationalError, Unanswered):
    """As what Django takes for an OperationalError."""


class InTime(psycopg.Connection[Any]):
    """A connection on which nothing is waited for without an end. One that did not answer in time is done with: what
    was sent on it is cancelled behind, which PgBouncer hands on."""

    _given_up = False
    _asks = True

    @classmethod
    def connect(cls, *args: Any, **kwargs: Any) -> InTime:
        """As psycopg's, with looking up the host's address and the greeting within the time that is left."""
        try:
            with WAITING.turn(connecting=True) as seconds:
                if seconds is None:
                    return super().connect(*args, **kwargs)
                return _within(seconds, super().connect, *args, **kwargs)
        except NoAnswer:
            raise
        except Unanswered as error:
            raise NoAnswer(*error.args) from None

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """Whatever is asked of the server passes through here: statements, commits, rollbacks."""
        if self._given_up:
            raise NoAnswer("not asked: this connection did not answer before")
        if not self._asks:
            return super().wait(gen, *args, **kwargs)
        try:
            with WAITING.turn() as seconds:
                if seconds is None:
                    return super().wait(gen, *args, **kwargs)
                until = time.monotonic() + seconds
                try:
                    return super().wait(gen, *args, **{"timeout": seconds, **kwargs})
                except psycopg.OperationalError as error:
                    if error.sqlstate or time.monotonic() < until:
                        raise
                    self._give_up()
                    raise NoAnswer(f"no answer in {seconds:.1f} seconds") from None
        except NoAnswer:
            raise
        except Unanswered as error:
            raise NoAnswer(*error.args) from None

    def set_autocommit(self, value: bool) -> None:
        """Nobody is asked for it, so that it succeeds is no answer."""
        self._asks = False
        try:
            super().set_autocommit(value)
        finally:
            self._asks = True

    def close(self) -> None:
        """Close it, now or, where a statement is being cancelled, after that."""
        if not self._given_up:
            super().close()

    def _give_up(self) -> None:
        self._given_up = True
        threading.Thread(target=self._cancel_and_close, daemon=True).start()

    def _cancel_and_close(self) -> None:
        try:
            self.cancel_safe(timeout=CANCEL_SECONDS)
        except psycopg.Error:
            pass  # it hangs altogether; closing frees the row once it goes on
        finally:
            super().close()


def _within(seconds: float, connect: Any, *args: Any, **kwargs: Any) -> InTime:
    """What `connect` returns. What comes too late is closed."""
    coming: Future[InTime] = Future()

    def run() -> None:
        try:
            coming.set_result(connect(*args, **kwargs))
        except BaseException as error:  # for whoever waits for it, of whatever kind
            coming.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return coming.result(seconds)
    except Late:
        coming.add_done_callback(_close)
        raise NoAnswer(f"no connection in {seconds:.1f} seconds") from None
    except psycopg.OperationalError as error:
        raise NoAnswer(*error.args) from None


def _close(coming: Future[InTime]) -> None:
    if coming.exception() is None:
        coming.result().close()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with `InTime` for its connections."""

    Database = ModuleType("psycopg")
    vars(Database).update(vars(psycopg))
    vars(Database)["connect"] = InTime.connect
