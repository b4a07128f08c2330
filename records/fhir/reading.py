"""From bytes to typed elements: what can be read is read, what cannot is set aside by name.

`read` first decodes straight into the struct, which is as quick as parsing. Only when that fails is the
resource taken apart: the one element that has the wrong shape is set aside and the rest is read again.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import threading
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

Struct = TypeVar("Struct", bound=msgspec.Struct)

MOST_SET_ASIDE = 50
"""A resource with more wrong elements than this is not read at all."""

_PLACE = re.compile(r" - at `\$(?P<path>.*)`$")
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")

_PIECE = 64 * 1024
MOST_DIGITS = 4_000
"""A longer whole number stays the text that it is: Python would refuse to write it out again."""


def _number(written: str) -> Decimal | str:
    """A JSON number with the record's digits; one that `Decimal` cannot hold stays as written."""
    try:
        return Decimal(written)
    except ArithmeticError:
        return written


def _whole_number(written: str) -> int | str:
    return int(written) if len(written) <= MOST_DIGITS else written


_anything = msgspec.json.Decoder(float_hook=_number)


class NotReadable(Exception):
    """Nothing of it can be read. Carries no value of the record."""


_decoders: dict[type[msgspec.Struct], msgspec.json.Decoder[Any]] = {}
_making = threading.Lock()


def decoder(model: type[Struct]) -> msgspec.json.Decoder[Struct]:
    """The decoder of one struct, made once."""
    found = _decoders.get(model)
    if found is None:
        with _making:
            found = _decoders[model] = msgspec.json.Decoder(model)
    return found


def make_ready() -> None:
    """Make the decoder of every struct there is, before there are threads.

    msgspec works out a struct the first time that it is needed, keeps it before it is done, and lets other threads run
    meanwhile: one of them that needs the same struct then ends the whole process (0.22, a segmentation fault).
    """
    todo: list[type[msgspec.Struct]] = [msgspec.Struct]
    while todo:
        model = todo.pop()
        todo += model.__subclasses__()
        if model.__module__.split(".")[0] == "records":
            with suppress(TypeError, NameError):  # one that is never read from JSON
                decoder(model)


def in_utf8(content: bytes) -> bytes:
    """A body as JSON must be written: without a byte order mark, and with a sign in the place of what is no UTF-8.

    One wrong byte in a note must not cost a whole list. RFC 8259, section 8.1.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    if content.isascii():
        return content
    return content if _is_utf8(content) else _made_utf8(content)


def _made_utf8(content: bytes) -> bytes:
    made, replacing = io.BytesIO(), codecs.getincrementaldecoder("utf-8")(errors="replace")
    view = memoryview(content)
    for start in range(0, len(view), _PIECE):
        made.write(replacing.decode(view[start : start + _PIECE], final=start + _PIECE >= len(view)).encode())
    return made.getvalue()


def _is_utf8(content: bytes) -> bool:
    """Looked at in pieces: as one text, a large answer with a single emoji would take four times its bytes."""
    decoder_ = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for start in range(0, len(view), _PIECE):
            decoder_.decode(view[start : start + _PIECE], final=start + _PIECE >= len(view))
    except UnicodeDecodeError:
        return False
    return True


def tree(raw: bytes | msgspec.Raw) -> Any:
    """The whole resource as plain dicts and lists, numbers with the record's digits.

    Raises:
        NotReadable: it is not JSON.
    """
    try:
        return _anything.decode(raw)
    except msgspec.ValidationError:
        pass  # a whole number of thousands of digits: the slower parser can be told what to do with it
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NotReadable from None
    try:
        return json.loads(bytes(raw), parse_float=_number, parse_int=_whole_number, parse_constant=str)
    except (ValueError, RecursionError):
        raise NotReadable from None


def read(raw: bytes | msgspec.Raw, model: type[Struct]) -> tuple[Struct, tuple[str, ...]]:
    """One resource as `model`, and the paths of the elements that were set aside ("code.coding[0].code").

    Raises:
        NotReadable: it is not a JSON object, or too much of it has the wrong shape.
    """
    try:
        return decoder(model).decode(raw), ()
    except msgspec.ValidationError:
        pass  # the message quotes values: it is neither logged nor kept
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NotReadable from None
    return read_tree(tree(raw), model)


def read_tree(found: Any, model: type[Struct]) -> tuple[Struct, tuple[str, ...]]:
    """The same from what `tree` gave. What is set aside is taken out of it.

    Raises:
        NotReadable: too much of it has the wrong shape.
    """
    set_aside: list[str] = []
    for _ in range(MOST_SET_ASIDE):
        try:
            return msgspec.convert(found, model), tuple(set_aside)
        except msgspec.ValidationError as error:
            place = _PLACE.search(str(error))
            path = place["path"] if place else ""
        if not path or not _remove(found, path):
            raise NotReadable
        set_aside.append(path.lstrip("."))
    raise NotReadable


def _remove(found: Any, path: str) -> bool:
    """Takes out the element at a path; True if there was one."""
    steps: list[str | int] = []
    for match in _STEP.finditer(path):
        if match["index"] == "...":
            return False
        steps.append(int(match["index"]) if match["index"] else match["name"])
    try:
        for step in steps[:-1]:
            found = found[step]
        del found[steps[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True
