"""Workbooks for tests, as offices make them."""

# ruff: noqa: E501 - tables as offices make them
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

HEADINGS = [
    "事项名称", "实施编码", "事项类型", "办件类型", "实施主体", "服务对象", "办理方式", "法定时限（工作日）", "承诺时限（工作日）",
    "办理地点", "咨询电话", "监督电话", "设定依据", "网上办理深度", "跑动次数", "现场办理原因", "是否收费", "是否快递", "结果名称",
    "申请材料",
]  # fmt: skip
ROW = [
    "占道许可", "", "行政许可", "承诺件", "市城管局", "自然人；企业法人", "窗口办理；网上办理", "20", "8",
    "示例路1号市政务服务中心二层A1窗口", "0591-80000001", "0591-80000002", "《中华人民共和国行政许可法》第十二条", "III", "1",
    "核验原件", "否", "否", "占道许可证", "1.申请表\n2.平面图",
]  # fmt: skip


def row(**changes: Any) -> list[Any]:
    """Return the usual row with some cells changed, by their headings."""
    cells: list[Any] = list(ROW)
    for heading, value in changes.items():
        cells[next(n for n, h in enumerate(HEADINGS) if h.startswith(heading))] = value
    return cells


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook: texts as texts, numbers as numbers."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for r, cells in enumerate(rows):
                for c, cell in enumerate(cells):
                    if isinstance(cell, (int, float)):
                        page.write_number(r, c, cell)
                    elif cell not in (None, ""):
                        page.write_string(r, c, cell)
    return path


def table(path: Path, *rows: Sequence[Any], above: int = 0) -> Path:
    """Write a table of guides with its headings below some rows of title."""
    title: list[Sequence[Any]] = [["某市政务服务事项清单"], *([[]] * (above - 1))] if above else []
    return write(path, {"事项清单": [*title, HEADINGS, *rows]})
