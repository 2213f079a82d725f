"""What a file is: told by its content, never by its name.

Sources: ISO 32000-1 §7.5.2, §7.6.1 (PDF), ISO/IEC 10918-1 (JPEG), RFC 2083 (PNG), TIFF 6.0 §2,
ISO/IEC 29500-2 (OOXML packages), ISO/IEC 26300-2 (OpenDocument packages).
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO
from itertools import islice
from types import MappingProxyType
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from hotline_sessions.domain.errors import Invalid


class FileKind(StrEnum):
    """Kinds that are taken; the value is the ending of their names."""

    PDF = "pdf"
    JPG = "jpg"
    PNG = "png"
    TIFF = "tiff"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"
    TXT = "txt"


MEDIA_TYPES: Final[Mapping[FileKind, str]] = MappingProxyType(
    {
        FileKind.PDF: "application/pdf",
        FileKind.JPG: "image/jpeg",
        FileKind.PNG: "image/png",
        FileKind.TIFF: "image/tiff",
        FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FileKind.ODT: "application/vnd.oasis.opendocument.text",
        FileKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
        FileKind.TXT: "text/plain; charset=utf-8",
    }
)

MOST_MEMBERS: Final = 2000
"""Files inside a document; those of offices have some hundreds at most."""
MOST_UNPACKED: Final = 100 * 1024 * 1024
"""Bytes of a document when it is unpacked."""
MOST_RATIO: Final = 100
"""How many times bigger a document may become; text shrinks by a tenth to a thirtieth."""
SMALL: Final = 1024 * 1024
"""Unpacked to less than this it harms nobody, however well it is packed."""
MOST_CONTENTS: Final = 1024 * 1024
"""Bytes of the list of contents of a document, which is unpacked here."""

_BEGINNINGS: Final = (
    (b"%PDF-", FileKind.PDF),
    (b"\xff\xd8\xff", FileKind.JPG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
)
_ZIP: Final = b"PK\x03\x04"
_OOXML: Final = (
    ("wordprocessingml.document.main+xml", FileKind.DOCX),
    ("spreadsheetml.sheet.main+xml", FileKind.XLSX),
)
_OPEN_DOCUMENT: Final = {
    MEDIA_TYPES[FileKind.ODT].encode(): FileKind.ODT,
    MEDIA_TYPES[FileKind.ODS].encode(): FileKind.ODS,
}
_MACROS: Final = ("vbaproject", "vbadata", "basic/", "scripts/", "activex", "macrosheets/")
_ENCRYPTED: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R\b|<<)")
_TRAILER: Final = 4096
"""Bytes around the word within which the end of a PDF says what it is."""
MOST_PLACES: Final = 1000
"""How many such words of a PDF are looked at; there is one for each time it was saved."""
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OFFICE: Final = "EncryptedPackage".encode("utf-16-le")
"""How a document of Word or Excel with a password begins, and what it holds then."""
_MANIFEST: Final = "META-INF/manifest.xml"
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class UnknownFileKind(Invalid):
    """The file is of none of the kinds that are taken."""

    code = "unknown-file-kind"


class FileWithMacros(Invalid):
    """The document carries a program, or something that starts one."""

    code = "file-with-macros"


class FileEncrypted(Invalid):
    """The document is protected by a password or by restrictions.

    What is kept must open for whoever is to read it in years. Source: ISO 19005-1 §6.1.3.
    """

    code = "file-encrypted"


class PackedTooTight(Invalid):
    """Unpacked, the document would be monstrous."""

    code = "packed-too-tight"


def find_kind(content: bytes) -> FileKind:
    """What the file is.

    Raises:
        UnknownFileKind: It is none of the kinds that are taken, or damaged.
        FileWithMacros: It is a document with a program in it.
        FileEncrypted: It is protected.
        PackedTooTight: It would become monstrous when it is unpacked.
    """
    if _is_locked(content):
        raise FileEncrypted
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content.startswith(_ZIP):
        return _find_packed(content)
    if _is_text(content):
        return FileKind.TXT
    raise UnknownFileKind


def _find_packed(content: bytes) -> FileKind:
    try:
        with ZipFile(BytesIO(content)) as packed:
            members = packed.infolist()
            _check_members(members)
            names = {each.filename for each in members}
            if "[Content_Types].xml" in names:
                return _find_ooxml(_read(packed, "[Content_Types].xml").decode("utf-8", "replace"))
            if "mimetype" in names:
                return _find_open_document(packed, names)
    # Whatever else is wrong with an archive, zipfile says in these ways.
    except (BadZipFile, EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise UnknownFileKind from None
    raise UnknownFileKind


def _check_members(members: list[ZipInfo]) -> None:
    """Look at the table of contents alone: nothing is unpacked for it."""
    unpacked = sum(each.file_size for each in members)
    packed = sum(each.compress_size for each in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise PackedTooTight
    if unpacked > max(SMALL, packed * MOST_RATIO):
        raise PackedTooTight
    for each in members:
        if each.flag_bits & 1:
            raise FileEncrypted
        if each.filename.lower().removeprefix("word/").removeprefix("xl/").startswith(_MACROS):
            raise FileWithMacros


def _read(packed: ZipFile, name: str) -> bytes:
    """A small member; what the table of contents says of its size may be a lie."""
    with packed.open(name) as member:
        content = member.read(MOST_CONTENTS + 1)
    if len(content) > MOST_CONTENTS:
        raise PackedTooTight
    return content


def _find_open_document(packed: ZipFile, names: set[str]) -> FileKind:
    kind = _OPEN_DOCUMENT[_read(packed, "mimetype").strip()]
    if _MANIFEST in names and b"encryption-data" in _read(packed, _MANIFEST):
        raise FileEncrypted
    return kind


def _find_ooxml(contents: str) -> FileKind:
    if "macroEnabled" in contents or "vbaProject" in contents:
        raise FileWithMacros
    for mark, kind in _OOXML:
        if mark in contents:
            return kind
    raise UnknownFileKind


def _is_locked(content: bytes) -> bool:
    """Whether it is a PDF, or a document of an office, whose whole content is encrypted."""
    if content.startswith(_COMPOUND):
        return _LOCKED_OFFICE in content
    if not content.startswith(b"%PDF-"):
        return False
    places = islice(_ENCRYPTED.finditer(content), MOST_PLACES)
    return any(_is_of_trailer(content, *found.span()) for found in places)


def _is_of_trailer(content: bytes, start: int, end: int) -> bool:
    """Whether this stands at the end of a PDF, or in its table, and not in a text about PDF."""
    before = content[max(0, start - _TRAILER) : start].rpartition(b"endobj")[2]
    after = re.split(rb"stream|startxref", content[end : end + _TRAILER])[0]
    return b"trailer" in before or b"/XRef" in before + after


def _is_text(content: bytes) -> bool:
    """Whether all of it is text in UTF-8, without controls but those of lines and pages."""
    if _CONTROLS.search(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
