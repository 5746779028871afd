"""Look at XML before anything reads it: no document type, no deep nesting, the root that is expected."""

from __future__ import annotations

from typing import BinaryIO, Final
from xml.parsers import expat

from expansion.errors import SourceError

MOST_DEPTH: Final = 64
_CHUNK = 1 << 20


class _SeenRootError(Exception):
    """Stops the parser at the root element."""


class _Guard:
    """expat handlers that refuse a DOCTYPE and count depth."""

    def __init__(self, name: str, *, whole: bool) -> None:
        self.root, self._depth, self._name, self._whole = "", 0, name, whole

    def doctype(self, *_: object) -> None:
        raise SourceError(
            "the XML declares a document type, which can pull in other files",
            code="E_XML_DTD",
            where=[self._name],
            hint="remove the DOCTYPE",
        )

    def start(self, tag: str, _: object) -> None:
        self.root = self.root or tag.rpartition(":")[2].rpartition("}")[2]
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise SourceError("the XML is nested too deeply", code="E_XML_DEPTH", where=[self._name])
        if not self._whole:
            raise _SeenRootError

    def end(self, _: str) -> None:
        self._depth -= 1


def guard_xml(file: BinaryIO, name: str, *, whole: bool) -> str:
    """Return the name of the root element after refusing what must not be parsed.

    Parameters
    ----------
    file
        The XML, open at its start.
    name
        Name to show in errors.
    whole
        Read to the end and check the depth; else stop at the root, before which any DOCTYPE must stand.

    Raises
    ------
    SourceError
        ``E_XML_DTD``, ``E_XML_DEPTH``, ``E_ENCODING``, or ``E_XML`` where the text is no XML.
    """
    guard = _Guard(name, whole=whole)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = guard.doctype
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _SeenRootError:
        pass
    except expat.ExpatError as error:
        place = f"{name}:{error.lineno}"
        text = expat.ErrorString(error.code)
        code = "E_ENCODING" if "encoding" in text else "E_XML"
        raise SourceError(f"the file is no valid XML: {text}", code=code, where=[place]) from error
    return guard.root
