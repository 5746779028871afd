"""Open zip archives without trusting a word they say about themselves.

Names, sizes and counts are checked before anything is unpacked, bytes are counted while it is, and members are stored
under names of our own: no member's name ever becomes a path.
"""

from __future__ import annotations

import itertools
import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from expansion.errors import SourceError
from expansion.sources.paths import shown_name

MOST_MEMBERS: Final = 1_000
MOST_BYTES: Final = 500_000_000
MOST_BYTES_COVERAGE: Final = 4_000_000_000
MOST_RATIO: Final = 100
_SLACK = 1_000_000  # small files may shrink by more than the ratio
_DIRECTORY_BYTES = 1_000_000
_CHUNK = 1 << 20
_ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".kmz", ".zst")
_FORBIDDEN = (".vrt", ".xml.vrt", ".gdalg.json", ".pkl", ".pickle", ".joblib", ".py", ".so", ".dll", ".exe")


class Archive:
    """A zip archive whose members have passed every check that needs no unpacking.

    Raises
    ------
    SourceError
        ``E_ARCHIVE_BAD`` damaged or overlapping, ``E_ARCHIVE_ENTRIES`` too many members, ``E_ARCHIVE_PATH`` a member
        that points outside, ``E_ARCHIVE_LINK``, ``E_ARCHIVE_ENCRYPTED``, ``E_ARCHIVE_DUPLICATE``, ``E_ARCHIVE_NESTED``,
        ``E_ARCHIVE_RATIO``, ``E_FORMAT_FORBIDDEN``.
    """

    def __init__(self, path: Path, name: str, most_bytes: int = MOST_BYTES) -> None:
        self.name, self._most_bytes = name, most_bytes
        _count_members(path, name)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, EOFError) as error:
            raise self._bad("the archive is damaged") from error
        self.members = [member for member in self._zip.infolist() if not member.is_dir()]
        for check in (self._check_names, self._check_kinds, self._check_sizes, self._check_overlap):
            check()

    def _bad(self, text: str) -> SourceError:
        return SourceError(text, code="E_ARCHIVE_BAD", where=[self.name], hint="pack it again")

    def _refuse(self, code: str, text: str, members: list[str]) -> None:
        if members:
            where = [f"{self.name}: {shown_name(member)}" for member in members]
            raise SourceError(text, code=code, where=where, hint="pack only the files that are to be read")

    def _check_names(self) -> None:
        names = [member.filename for member in self._zip.infolist()]
        self._refuse("E_ARCHIVE_PATH", "members point outside the archive", [name for name in names if _leaves(name)])
        lower = [name.lower() for name in names]
        self._refuse("E_ARCHIVE_DUPLICATE", "members share a name", sorted({n for n in lower if lower.count(n) > 1}))

    def _check_kinds(self) -> None:
        links = [m.filename for m in self._zip.infolist() if stat.S_ISLNK(m.external_attr >> 16)]
        self._refuse("E_ARCHIVE_LINK", "members are links", links)
        locked = [m.filename for m in self.members if m.flag_bits & 1 or m.compress_type == 99]
        self._refuse("E_ARCHIVE_ENCRYPTED", "members are encrypted", locked)
        names = [m.filename for m in self.members]
        self._refuse(
            "E_ARCHIVE_NESTED",
            "archives within archives are not read",
            [n for n in names if n.lower().endswith(_ARCHIVES)],
        )
        self._refuse(
            "E_FORMAT_FORBIDDEN",
            "members of this kind are not read",
            [n for n in names if n.lower().endswith(_FORBIDDEN)],
        )

    def _check_sizes(self) -> None:
        total = sum(member.file_size for member in self.members)
        packed = sum(member.compress_size for member in self.members)
        if total > self._most_bytes or total > MOST_RATIO * packed + _SLACK:
            raise _ratio(self.name, self._most_bytes)

    def _check_overlap(self) -> None:
        rows = sorted((m.header_offset, m.header_offset + 30 + m.compress_size) for m in self._zip.infolist())
        if any(end > after for (_, end), (after, _) in itertools.pairwise(rows)):
            raise self._bad("members of the archive overlap")

    def find(self, suffix: str) -> list[zipfile.ZipInfo]:
        """Return the members whose name ends so, by name."""
        found = [m for m in self.members if m.filename.lower().endswith(suffix) and not _is_litter(m.filename)]
        return sorted(found, key=lambda member: member.filename)

    def extract(self, member: zipfile.ZipInfo, out: Path) -> Path:
        """Unpack one member to `out`, counting bytes: a size that lies is found before the disk is full."""
        allowed = min(self._most_bytes, MOST_RATIO * max(member.compress_size, 1) + _SLACK, member.file_size)
        count = 0
        try:
            with self._zip.open(member) as source, out.open("wb") as sink:
                while chunk := source.read(_CHUNK):
                    count += len(chunk)
                    if count > allowed:
                        raise _ratio(self.name, self._most_bytes)
                    sink.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
            if "Overlap" in str(error):
                raise self._bad("members of the archive overlap") from error
            raise self._lying(member, error) from error
        return out

    def _lying(self, member: zipfile.ZipInfo, error: Exception) -> SourceError:
        """Count the true size of a member that could not be read: too much, or only damaged."""
        count = 0
        with self._zip.fp as file:  # type: ignore[union-attr]
            file.seek(member.header_offset + 26)
            skip = sum(struct.unpack("<HH", file.read(4)))
            file.seek(skip, 1)
            inflate = zlib.decompressobj(-15)
            try:
                while (packed := file.read(_CHUNK)) and not inflate.eof and count <= member.file_size:
                    while packed and count <= member.file_size:
                        count += len(inflate.decompress(packed, _CHUNK))
                        packed = inflate.unconsumed_tail
            except zlib.error:
                return self._bad(f"a member cannot be unpacked: {str(error)[:60]}")
        return _ratio(self.name, self._most_bytes) if count > member.file_size else self._bad("a member is damaged")


def _ratio(name: str, most_bytes: int) -> SourceError:
    text = (
        f"the archive unpacks to more than it says, than {MOST_RATIO} times its size, or than {most_bytes // 10**6} MB"
    )
    return SourceError(text, code="E_ARCHIVE_RATIO", where=[name], hint="unpack it and give a smaller file")


def _leaves(name: str) -> bool:
    """Say whether a member's name points anywhere but below the archive's top."""
    return (
        name.startswith(("/", "\\"))
        or "\\" in name
        or re.match(r"^[A-Za-z]:", name) is not None
        or ".." in PurePosixPath(name).parts
        or "\0" in name
    )


def _is_litter(name: str) -> bool:
    """Say whether a member is what macOS adds."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def _count_members(path: Path, name: str) -> None:
    """Read the end record by hand: a directory of a million members costs a gigabyte once it is parsed."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - 65_557, 0))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise SourceError("the archive is damaged or cut", code="E_ARCHIVE_BAD", where=[name], hint="pack it again")
    count, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > MOST_MEMBERS or directory > _DIRECTORY_BYTES:
        text = f"the archive has more than {MOST_MEMBERS} members"
        raise SourceError(text, code="E_ARCHIVE_ENTRIES", where=[name], hint="pack only the files that are to be read")
