"""What a file is, its content says; what would harm is refused."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from hotline_sessions.domain.attachments import LONGEST_NAME, name_file
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.file_kinds import (
    FileEncrypted,
    FileKind,
    FileWithMacros,
    PackedTooTight,
    UnknownFileKind,
    find_kind,
)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"


def pack(**members: str | bytes) -> bytes:
    """An archive; ``__`` in a name stands for a slash, ``_dot_`` for a dot."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def pack_office(content_type: str, **members: str | bytes) -> bytes:
    contents = f'<Types><Override ContentType="{content_type}"/></Types>'
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", contents)
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def make_pdf(password: str = "") -> bytes:
    """A PDF of one blank page, protected if a password is given."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"%PDF-1.7\n...", FileKind.PDF, id="pdf"),
        pytest.param(make_pdf(), FileKind.PDF, id="whole-pdf"),
        pytest.param(
            make_pdf().replace(b"endobj", b"(write /Encrypt 5 0 R into the trailer) endobj", 1),
            FileKind.PDF,
            id="pdf-about-encryption",
        ),
        pytest.param(b"\xff\xd8\xff\xe0...", FileKind.JPG, id="photo"),
        pytest.param(b"\x89PNG\r\n\x1a\n...", FileKind.PNG, id="picture"),
        pytest.param(b"II*\x00...", FileKind.TIFF, id="scan"),
        pytest.param("Заява.\r\n\tПрошу".encode(), FileKind.TXT, id="text"),
        pytest.param(pack_office(WORD), FileKind.DOCX, id="word"),
        pytest.param(
            pack(mimetype="application/vnd.oasis.opendocument.text", content_dot_xml="<a/>"),
            FileKind.ODT,
            id="libreoffice",
        ),
    ],
)
def test_a_file_is_known_by_what_is_in_it(content: bytes, kind: FileKind) -> None:
    assert find_kind(content) is kind


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(b"MZ\x90\x00\x03", UnknownFileKind, id="program"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnknownFileKind, id="old-word"),
        pytest.param("Заява".encode("cp1251"), UnknownFileKind, id="text-of-unknown-letters"),
        pytest.param(b"text\x00\x01", UnknownFileKind, id="text-with-controls"),
        pytest.param(b"PK\x03\x04 torn", UnknownFileKind, id="torn-archive"),
        pytest.param(pack(a_dot_txt="text"), UnknownFileKind, id="plain-archive"),
        pytest.param(pack(mimetype="application/epub+zip"), UnknownFileKind, id="book"),
        pytest.param(pack_office(MACRO_WORD), FileWithMacros, id="docm"),
        pytest.param(
            pack_office(WORD, word__vbaProject_dot_bin=b"x"), FileWithMacros, id="docm-renamed"
        ),
        pytest.param(
            pack(mimetype="application/vnd.oasis.opendocument.text", Basic__a_dot_xml="x"),
            FileWithMacros,
            id="odt-with-macros",
        ),
        pytest.param(make_pdf("таємниця"), FileEncrypted, id="pdf-with-a-password"),
        pytest.param(
            b"%PDF-1.7\n7 0 obj\n<</Encrypt 5 0 R/Root 1 0 R/Type/XRef>>\nstream\n",
            FileEncrypted,
            id="pdf-of-streams-with-a-password",
        ),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            FileEncrypted,
            id="word-with-a-password",
        ),
        pytest.param(
            pack(
                mimetype="application/vnd.oasis.opendocument.text",
                **{"META-INF__manifest_dot_xml": "<m:encryption-data m:checksum='x'/>"},
            ),
            FileEncrypted,
            id="odt-with-a-password",
        ),
        pytest.param(
            pack_office(WORD, word__document_dot_xml="<a/>").replace(
                b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
            ),
            FileEncrypted,
            id="archive-with-a-password",
        ),
        pytest.param(
            pack_office(WORD, word__a_dot_xml=b"\x00" * 20_000_000), PackedTooTight, id="bomb"
        ),
        pytest.param(
            pack_office(WORD, **{f"m{number}": b"" for number in range(2001)}),
            PackedTooTight,
            id="too-many-members",
        ),
    ],
)
def test_what_would_harm_or_is_unknown_is_refused(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        find_kind(content)


@given(st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail) | st.binary(max_size=300))
def test_whatever_is_sent_is_a_kind_or_a_refusal(content: bytes) -> None:
    with suppress(UnknownFileKind, FileEncrypted, FileWithMacros, PackedTooTight):
        assert find_kind(content) in FileKind


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        pytest.param("Заява Іваненка.PDF", "Заява Іваненка.pdf", id="plain"),
        pytest.param("../../etc/passwd", "passwd.pdf", id="path"),
        pytest.param("C:\\Мої документи\\скан.pdf", "скан.pdf", id="windows"),
        pytest.param('a"; filename=evil.exe\r\nX: 1', "a filename evil.exeX 1.pdf", id="header"),
        pytest.param("акт\u202efdp.exe", "актfdp.exe.pdf", id="turned"),
        pytest.param("...", "document.pdf", id="dots"),
        pytest.param("", "document.pdf", id="nothing"),
    ],
)
def test_a_name_is_harmless_and_ends_as_its_content_is(typed: str, name: str) -> None:
    assert name_file(typed, FileKind.PDF) == name


@given(st.text(max_size=400))
def test_every_name_fits_and_holds_nothing_that_is_part_of_a_path_or_header(typed: str) -> None:
    name = name_file(typed, FileKind.JPG)

    assert name.endswith(".jpg")
    assert len(name) <= LONGEST_NAME + 5
    assert not set(name) & set('/\\:"\r\n\x00;%')
