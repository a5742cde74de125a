"""One guide of a table while its rows are gathered, from its own sheet and from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from depthsim.errors import Finding, Location
from depthsim.exchange.building import Data, finished, put
from depthsim.exchange.columns import PARTS
from depthsim.exchange.headings import Table
from depthsim.exchange.reading import half_width
from depthsim.exchange.workbook import Row


def words_in(row: Row) -> list[str]:
    """Return the cells of a row that say something."""
    return [cell.strip() for cell in row if cell and cell.strip()]


def says_who(data: Data) -> bool:
    """Return whether a row names an item."""
    name = data.get("name")
    return bool(data.get("id") or data.get("code") or (isinstance(name, dict) and name.get("zh")))


class Found:
    """One guide while its rows are gathered."""

    def __init__(self, row: int, table: Table, data: Data | None = None) -> None:
        self.row, self.table = row, table
        self.data: Data = data if data is not None else {}
        self.raw: dict[str, str] = {}
        self._several: dict[tuple[str, ...], list[tuple[Data, int]]] = {}

    def called(self) -> Iterable[str]:
        """Yield what other sheets may call it, the surest first."""
        for field in ("id", "business_code", "code"):
            if value := self.data.get(field):
                yield f"{field}:{half_width(str(value)).strip()}"
        name = self.data.get("name")
        if isinstance(name, dict) and name.get("zh"):
            yield f"name:{name['zh'].strip()}"

    def same(self, other: Found) -> bool:
        """Return whether another row speaks of the same guide: every key that both have is the same."""
        mine, theirs = (dict(k.split(":", 1) for k in one.called()) for one in (self, other))
        common = mine.keys() & theirs.keys()
        return bool(common) and all(mine[key] == theirs[key] for key in common)

    def add(self, part: Data) -> None:
        """Add a part that stands in a row of the guides' own sheet."""
        for field, value in part.items():
            self._several.setdefault((field,), []).append((value, self.row))

    def add_part(self, table: Table, part: Data, raw: Mapping[str, str], row: int) -> None:
        """Add a row of another sheet; what it holds beside the known columns stays under the sheet's name."""
        if table.sheet.key == "raw":
            if (field := part.get("field")) is not None:
                self.raw[field] = str(part.get("value", ""))
            return
        rows = self._several.setdefault(table.sheet.path, [])
        rows.append((part, row))
        for heading, cell in raw.items():
            self.raw[f"{table.grid.sheet} {len(rows)} {heading}"] = cell

    def whole(self) -> Data:
        """Return the guide's data with all parts."""
        for path, parts in self._several.items():
            put(self.data, path, dict(enumerate(value for value, _ in parts if value)))
        data = finished(self.data)
        if self.raw:
            data["raw"] = dict(self.raw)
        assert isinstance(data, dict)
        return data

    def located(self, finding: Finding) -> Finding:
        """Return a finding with the cell of the guide's row that it speaks of, or else with the row."""
        for number, column in self.table.columns.items():
            if column.path == finding.path[: len(column.path)] or finding.path == column.path[: len(finding.path)]:
                return finding.at(self.table.grid.at(self.row, number))
        for path, parts in self._several.items():
            if finding.path[: len(path)] == path:
                place = finding.path[len(path)] if len(finding.path) > len(path) else 0
                sheet = next((s.title("zh") for s in PARTS if s.path == path), "")
                row = parts[place][1] if isinstance(place, int) and place < len(parts) else self.row
                return finding.at(Location(f"{self.table.grid.file}[{sheet}]!{row + 1}:{row + 1}"))
        return finding.at(self.table.grid.at(self.row))
