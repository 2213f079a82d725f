"""The sheet of a letter for Word, with places that ``docxtpl`` fills.

It is built and not drawn by hand, so that a change of it can be read. Margins, columns and
sizes follow DSTU 4163:2020.
"""

from functools import cache
from io import BytesIO
from typing import Final

from docx import Document
from docx.document import Document as Sheet
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run


FONT: Final = "Times New Roman"
LEFT_COLUMN: Final = Mm(80)
"""Date and number stand here; the addressee begins behind it."""
SIGNER_COLUMN: Final = Mm(110)
"""The post stands here; the name of who has signed begins behind it."""
WIDTH: Final = Mm(170)
"""Of an A4 sheet between its margins of 30 and 10 mm."""
RIGHT: Final = WD_ALIGN_PARAGRAPH.RIGHT
CENTER: Final = WD_ALIGN_PARAGRAPH.CENTER


@cache
def build_template() -> bytes:
    """The template as a file of Word; made once."""
    sheet = Document()
    _set_up(sheet)
    _add_head(sheet)
    _add_particulars(sheet)
    _add_text(sheet)
    _add_foot(sheet)
    stream = BytesIO()
    sheet.save(stream)
    return stream.getvalue()


def _set_up(sheet: Sheet) -> None:
    [section] = sheet.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(10)
    section.top_margin = section.bottom_margin = Mm(20)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTER
    _add_page_number(number.add_run())
    normal = sheet.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    normal.paragraph_format.space_after = Pt(0)
    marks = normal.element.get_or_add_rPr()
    marks.rFonts.set(qn("w:cs"), FONT)
    marks.rFonts.set(qn("w:eastAsia"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "uk-UA")
    marks.append(language)
    # The default template says its own language for all of the document.
    for each in sheet.styles.element.iter(qn("w:lang")):
        each.set(qn("w:val"), "uk-UA")


def _add_head(sheet: Sheet) -> None:
    _when(sheet, "draft", [("{{ draft }}", {"align": RIGHT, "bold": True})])
    _when(sheet, "logo", [("{{ logo }}", {"align": CENTER})])
    _when(sheet, "above", [("{{ above }}", {"align": CENTER, "size": 12.0})])
    _add(sheet, "{{ institution }}", align=CENTER, bold=True, size=15, after=4)
    _add(sheet, "{%p for each in contacts %}")
    _add(sheet, "{{ each }}", align=CENTER, size=10)
    _add(sheet, "{%p endfor %}")
    _underline(_add(sheet, "", size=4, after=10))


def _add_particulars(sheet: Sheet) -> None:
    left, right = _add_columns(sheet, LEFT_COLUMN)
    left.paragraphs[0].add_run(
        "{% if dated %}{{ dated }}{% else %}__________{% endif %} {{ number_sign }} "
        "{% if number %}{{ number }}{% else %}______________{% endif %}"
    )
    left.add_paragraph("{{ reference }}")
    right.paragraphs[0].add_run("{%p for each in addressee %}")
    right.add_paragraph("{{ each }}")
    right.add_paragraph("{%p endfor %}")


def _add_text(sheet: Sheet) -> None:
    subject = _add(sheet, "{{ subject }}", bold=True, before=28, after=20)
    subject.paragraph_format.right_indent = Mm(70)
    _add(sheet, "{%p for each in paragraphs %}")
    text = _add(sheet, "{{ each }}", align=WD_ALIGN_PARAGRAPH.JUSTIFY, after=4)
    text.paragraph_format.first_line_indent = Mm(10)
    text.paragraph_format.line_spacing = 1.1
    _add(sheet, "{%p endfor %}")
    _add(sheet, "{%p if enclosures %}")
    _add(sheet, "{{ enclosures_title }}", before=14)
    _add(sheet, "{%p for each in enclosures %}")
    _add(sheet, "{{ loop.index }}. {{ each }}")
    _add(sheet, "{%p endfor %}")
    _add(sheet, "{%p endif %}")


def _add_foot(sheet: Sheet) -> None:
    _add(sheet, "", before=28)
    left, right = _add_columns(sheet, SIGNER_COLUMN)
    for each in (left, right):
        each.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
    left.paragraphs[0].add_run("{{ post }}")
    right.paragraphs[0].add_run("{{ signer }}")
    _when(sheet, "executor", [("{{ executor }}", {"size": 10.0, "before": 28})])


def _when(sheet: Sheet, name: str, lines: list[tuple[str, dict[str, object]]]) -> None:
    """Lines that are there only when ``name`` is."""
    _add(sheet, f"{{%p if {name} %}}")
    for text, form in lines:
        _add(sheet, text, **form)  # type: ignore[arg-type] # the names of its arguments
    _add(sheet, "{%p endif %}")


def _add(
    sheet: Sheet,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    bold: bool = False,
    size: float | None = None,
    before: float = 0,
    after: float = 0,
) -> Paragraph:
    """A paragraph; sizes and distances in points."""
    paragraph = sheet.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)
    run = paragraph.add_run(text)
    run.bold = bold or None
    run.font.size = None if size is None else Pt(size)
    return paragraph


def _add_columns(sheet: Sheet, left: Length) -> tuple[_Cell, _Cell]:
    """Two columns without lines; ``left`` is the width of the first."""
    table = sheet.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    widths = (left, Length(WIDTH - left))
    for column, cell, width in zip(table.columns, table.rows[0].cells, widths, strict=True):
        column.width = cell.width = width
    first, second = table.rows[0].cells
    return first, second


def _underline(paragraph: Paragraph) -> None:
    """A line from margin to margin below the paragraph."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    # The schema wants the border before the distances.
    paragraph.paragraph_format.element.get_or_add_pPr().insert(0, borders)


def _add_page_number(run: Run) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no fields of its own
