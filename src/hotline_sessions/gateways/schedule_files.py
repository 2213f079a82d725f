"""The schedule of a month as councils publish it: a table, as a file of Word or of Excel."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

import xlsxwriter
from docx import Document
from docx.document import Document as Sheet
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from msgspec import Struct

from hotline_sessions.domain.letters import clean


FONT: Final = "Times New Roman"
WIDTHS: Final = (10, 36, 28, 70, 62, 51)
"""Of the columns in millimetres: together an A4 sheet on its side between margins of 20 mm."""
CELL_MM: Final = 2.1
"""Some millimetres to a letter of a spreadsheet's column."""


class MonthSchedule(Struct, frozen=True, kw_only=True):
    """The schedule in words; each of ``rows`` has a cell for each name of ``head``."""

    title: str
    institution: str
    language: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    nothing: str
    foot: str
    approved: str = ""
    """By which orders it is approved; empty: by none."""


def build_schedule_docx(schedule: MonthSchedule, *, made_at: datetime) -> bytes:
    """The schedule as a file of Word, with a heading of the table on every page."""
    sheet = Document()
    [section] = sheet.sections
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(15)
    normal = sheet.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    normal.element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(0)
    for each in sheet.styles.element.iter(qn("w:lang")):
        each.set(qn("w:val"), schedule.language)
    if schedule.approved:
        line = sheet.add_paragraph(clean(schedule.approved))
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.left_indent = Mm(150)
        line.paragraph_format.space_after = Pt(6)
    for text, size in ((schedule.institution, 12), (schedule.title, 14)):
        line = sheet.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = Pt(6)
        run = line.add_run(clean(text))
        run.bold, run.font.size = True, Pt(size)
    _add_table(sheet, schedule)
    foot = sheet.add_paragraph().add_run(clean(schedule.foot))
    foot.font.size = Pt(10)
    about = sheet.core_properties
    about.title, about.author, about.last_modified_by = schedule.title, schedule.institution, ""
    about.language, about.comments, about.revision = schedule.language, "", 1
    about.created = about.modified = made_at.replace(tzinfo=None)
    stream = BytesIO()
    sheet.save(stream)
    return stream.getvalue()


def build_schedule_xlsx(schedule: MonthSchedule, *, made_at: datetime) -> bytes:
    """The schedule as a file of Excel: nothing in it is a formula, whatever it begins with."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        about = {"title": schedule.title, "author": schedule.institution}
        book.set_properties({**about, "created": made_at.replace(tzinfo=None)})
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, schedule.institution, bold)
        sheet.write_string(1, 0, schedule.title, bold)
        sheet.write_string(2, 0, schedule.approved)
        for column, (name, width) in enumerate(zip(schedule.head, WIDTHS, strict=True)):
            sheet.set_column(column, column, width / CELL_MM)
            sheet.write_string(3, column, name, head)
        sheet.freeze_panes(4, 0)
        sheet.repeat_rows(3)
        for line, row in enumerate(schedule.rows, start=4):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text, cell)
        if not schedule.rows:
            sheet.write_string(4, 0, schedule.nothing)
        sheet.write_string(max(len(schedule.rows), 1) + 5, 0, schedule.foot)
    return stream.getvalue()


def _add_table(sheet: Sheet, schedule: MonthSchedule) -> None:
    if not schedule.rows:
        sheet.add_paragraph(clean(schedule.nothing))
        return
    table = sheet.add_table(rows=0, cols=len(schedule.head))
    table.style = "Table Grid"
    table.autofit = False
    for at, row in enumerate((schedule.head, *schedule.rows)):
        added = table.add_row()
        for cell, text, width in zip(added.cells, row, WIDTHS, strict=True):
            _fill(cell, _clean_lines(text), Mm(width), is_bold=at == 0)
        marks = added._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for it
        for name in ("w:tblHeader",) if at == 0 else ("w:cantSplit",):
            marks.append(OxmlElement(name))


def _clean_lines(text: str) -> str:
    return "\n".join(clean(line) for line in text.split("\n"))


def _fill(cell: _Cell, text: str, width: Length, *, is_bold: bool) -> None:
    cell.width = width
    cell.paragraphs[0].add_run(text).bold = is_bold or None
