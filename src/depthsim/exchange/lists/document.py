"""A list as a document: landscape A4, a table with repeated headings, page numbers; written row by row."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from depthsim.exchange.lists.table import Column, Row, Table, heading_of_group, shown
from depthsim.exchange.lists.workbook import FONTS, MARKS, WRITTEN

_HERE = "depthsim-rows"
KEY = "key"
"""The column whose cell is hidden text at the end of a row's first cell."""
_PAGE, _MARGIN = (297, 210), 15
_TWIPS = 56.7  # a millimetre
_OTHERS = {"方正小标宋简体": "SimSun", "黑体": "SimHei", "仿宋": "FangSong"}
"""What a machine without a font takes instead."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_document(table: Table, path: Path) -> None:
    """Write a list as DOCX, the same bytes for the same list."""
    frame = io.BytesIO()
    _frame(table).save(frame)
    with zipfile.ZipFile(frame) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as taken:
        for entry in given.infolist():
            named = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            named.compress_type = zipfile.ZIP_DEFLATED
            content = given.read(entry)
            with taken.open(named, "w") as out:
                if entry.filename == "word/document.xml":
                    before, after = re.split(rf"<w:p>(?:(?!<w:p>).)*{_HERE}.*?</w:p>", content.decode("utf-8"))
                    out.write(before.encode("utf-8"))
                    for piece in _tables(table):
                        out.write(piece.encode("utf-8"))
                    out.write(_marked(after, table).encode("utf-8"))
                elif entry.filename == "word/fontTable.xml":
                    out.write(_fonts(content))
                else:
                    out.write(content)


def _frame(table: Table) -> Any:
    """Return the document without its rows."""
    title, heading, font = FONTS[table.lang]
    document = Document()
    document.core_properties.title = table.title
    document.core_properties.author = document.core_properties.last_modified_by = ""
    document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = WRITTEN
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(_PAGE[0]), Mm(_PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN)
    _typeface(document.styles["Normal"], font, 10.5)
    for name, face, size in (("Row", font, 9), ("Row Centred", font, 9), ("Row Heading", heading, 9)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _typeface(style, face, size)
        style.font.bold = name == "Row Heading" and table.lang == "en"
        style.paragraph_format.space_after = Pt(0)
        if name != "Row":
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    group = document.styles["Heading 1"]
    _typeface(group, heading, 12)
    group.font.color.rgb = None
    group.font.bold = table.lang == "en"
    group.paragraph_format.space_before, group.paragraph_format.space_after = Pt(10), Pt(4)
    top = document.add_paragraph()
    top.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = top.add_run(table.title)
    _typeface(run, title, 20)
    run.font.bold = table.lang == "en"
    _line(document, table)
    document.add_paragraph(_HERE)
    _numbered(section.footer.paragraphs[0], table.lang)
    return document


def _line(document: Any, table: Table) -> None:
    """Add what stands under the title: whose list and its date on one line, then what is in it."""
    left, middle, right = table.heads
    paragraph = document.add_paragraph(f"{left}\t{right}")
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(_PAGE[0] - 2 * _MARGIN), WD_TAB_ALIGNMENT.RIGHT)
    document.add_paragraph(("\u3000" if table.lang == "zh" else ". ").join((middle, *table.notes)))


def _typeface(styled: Any, name: str, size: float) -> None:
    """Set a font for Chinese characters, beside one for Latin ones."""
    styled.font.name, styled.font.size = "Times New Roman", Pt(size)
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    fonts.set(qn("w:eastAsia"), name)


def _numbered(paragraph: Any, lang: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = ("第 ", " 页，共 ", " 页") if lang == "zh" else ("page ", " of ", "")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        paragraph.add_run(words)
        for kind, instruction in (("begin", ""), ("", field), ("end", "")) if field else ():
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = instruction
            paragraph.add_run().element.append(part)


def _fonts(content: bytes) -> bytes:
    named = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _OTHERS.items()
    )
    return content.replace(b"</w:fonts>", named.encode("utf-8") + b"</w:fonts>")


def _marked(after: str, table: Table) -> str:
    """Return the end of the document with whose list it is, as hidden text."""
    if not table.marks:
        return after
    said = json.dumps({"kind": table.kind, **table.marks}, ensure_ascii=False)
    hidden = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"
    return after.replace("<w:sectPr", f"<w:p>{hidden}{_run(f'{MARKS} {said}', hidden=True)}</w:p><w:sectPr", 1)


def _tables(table: Table) -> Iterator[str]:
    """Yield the tables as they stand in the document's XML, a row at a time."""
    columns = [c for c in table.columns if c.paper and c.key != table.group]
    if table.group is None:
        yield from _table(columns, list(table.rows))
        return
    key = table.group
    for number, (name, some) in enumerate(groupby(table.rows, lambda row: shown(row.get(key))), 1):
        rows = list(some)
        count = heading_of_group(number, name, len(rows), table.lang)
        yield f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{_run(count)}</w:p>'
        yield from _table(columns, rows)


def _table(columns: list[Column], rows: list[Row]) -> Iterator[str]:
    whole = (_PAGE[0] - 2 * _MARGIN) * _TWIPS
    wide = [round(whole * c.paper / sum(o.paper for o in columns)) for c in columns]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(wide)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr><w:tblGrid>" + "".join(f'<w:gridCol w:w="{w}"/>' for w in wide) + "</w:tblGrid>"
    )
    head = "".join(
        _cell(c.heading, w, "RowHeading", fill="FFF2CC" if c.entered else "DCE6F1")
        for c, w in zip(columns, wide, strict=True)
    )
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
    previous: list[str] = []
    for row in rows:
        cells = [shown(row.get(c.key)) for c in columns]
        pieces = []
        for n, (column, width, cell) in enumerate(zip(columns, wide, cells, strict=True)):
            again = column.joined and previous and previous[: n + 1] == cells[: n + 1]
            merge = "" if not column.joined else "<w:vMerge/>" if again else '<w:vMerge w:val="restart"/>'
            style = "RowCentred" if column.centred else "Row"
            pieces.append(_cell("" if again else cell, width, style, merge=merge))
        previous = cells
        if key := shown(row.get(KEY)):  # moves with its row, wherever people move it
            pieces[0] = pieces[0].replace("</w:p></w:tc>", f"{_run(key, hidden=True)}</w:p></w:tc>")
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(pieces)}</w:tr>"
    yield "</w:tbl><w:p/>"


def _cell(words: str, width: int, style: str, *, merge: str = "", fill: str = "") -> str:
    filled = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}{filled}<w:vAlign w:val="center"/></w:tcPr>'
        f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/></w:pPr>{_run(words)}</w:p></w:tc>"
    )


def _run(words: str, *, hidden: bool = False) -> str:
    if not words:
        return ""
    lines = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", words).split("\n")
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{'<w:rPr><w:vanish/></w:rPr>' if hidden else ''}{inside}</w:r>"
