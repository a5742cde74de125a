"""Records of items in the format that the national platform exchanges: JSON, or XML inside JSON.

A record holds the item and an extension of it, materials, windows, special procedures, legal basis and questions.
Field names and codes as public records show them; every field stays in `raw` as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from depthsim.errors import Finding, Location, information, warning
from depthsim.exchange.building import Data, finished, guide_of, put
from depthsim.exchange.ids import department_id, guide_id
from depthsim.exchange.imported import Format, GivenDepartment, Imported, Options, Packed
from depthsim.exchange.record_parts import DAYS, PARTS, word
from depthsim.exchange.records import opened, records, rows_of
from depthsim.exchange.staff import staff_heading, without_names
from depthsim.files.bundled import shown
from depthsim.texts import text

_TABLES = ("AUDIT_ITEM", "AUDIT_ITEM_EXTEND")
_TEXTS: Mapping[str, str] = {
    "task_name": "name.zh", "task_code": "code", "catalog_code": "basic_code", "task_handle_item": "business_code",
    "dept_name": "department", "dept_code": "body.credit_code", "task_version": "version",
    "promise_day_explain": "promised.text", "anticipate_day_explain": "statutory.text", "handle_time": "hours",
    "result_name": "result.name.zh", "query_url": "links.query", "mobile_terminal_url": "links.mobile",
    "transact_url": "links.apply", "consult_url": "links.consult", "complain_url": "links.complain",
    "num_limit": "quota", "accept_condition": "conditions.0",
}  # fmt: skip
_CODED: Mapping[str, tuple[str, str]] = {
    "task_type": ("type", "type"), "project_type": ("handling", "handling"),
    "use_level": ("exercise_level", "exercise_level"), "dept_type": ("body.nature", "body_nature"),
    "item_source": ("power_source", "power_source"), "result_type": ("result.type", "result_type"),
}  # fmt: skip
"""Fields of one code: the guide's field and its list."""
_SEVERAL: Mapping[str, tuple[str, str]] = {
    "serve_type": ("audience", "audience"), "handle_type": ("forms", "forms"),
}  # fmt: skip
_FLAGS: Mapping[str, str] = {
    "is_fee": "charged", "is_online_handle": "online_handling", "is_pay_online": "online_payment",
    "is_express": "courier", "is_schedule": "appointment", "is_notify_promise": "notify_and_commit",
    "is_absence_accept": "accept_with_gaps",
}  # fmt: skip
_NONE_OF: Mapping[str, tuple[str, tuple[()] | None]] = {
    "is_fee": ("fees", ()), "is_intermediary": ("intermediaries", ()), "is_amount_limit": ("quota", None),
}  # fmt: skip
"""Flags of which 0 says that there is none."""
_PHONES = {"link_way": "contact_phones", "supervise_way": "supervision_phones"}
_NOTHING = frozenset({"", "无", "null", "NULL", "None"})
_SAID_TWICE = ("scene_reason", "limit_scene_num", "is_fee", "result_name", "task_name")
"""Fields that may stand in both tables of a record."""


def read(path: Path, options: Options) -> Imported:
    """Return the guides of a file of records. Raises InputError where it holds none, with the reason."""
    return _Reading(path, options).imported()


format = Format((".json", ".xml"), read)  # noqa: A001 - the plug-in's name


class _Reading:
    """A file of records while it is read."""

    def __init__(self, path: Path, options: Options) -> None:
        self._path, self._options = path, options
        self._file = shown(path)
        self._findings: list[Finding] = []
        self._dropped = 0

    def imported(self) -> Imported:
        """Return what the file holds."""
        guides = Packed()
        places: dict[str, Location] = {}
        departments: dict[str, GivenDepartment] = {}
        for path, record in records(self._path, self._file):
            data, department = self._guide(path, record)
            if department is not None:
                departments.setdefault(department.id, department)
            wanted = guide_id(data, {})
            data["id"] = guide_id(data, guides)
            if data["id"] != wanted:
                self._findings.append(warning("DS975", given=wanted, used=data["id"]).at(self._at(path)))
            guide, findings = guide_of(data, lambda finding, at=path: finding.at(self._at(at)))  # type: ignore[misc]
            self._findings += findings
            if guide is not None:
                guides.add(guide)
                places[guide.id] = self._at(path)
        return Imported(
            guides, places, departments, tuple(self._findings), dropped=self._dropped, field_place=_field_place
        )

    def _at(self, path: str, *more: str) -> Location:
        return Location(f"{self._file}#{'.'.join(filter(None, (path, *more)))}")

    def _guide(self, path: str, record: Mapping[str, Any]) -> tuple[Data, GivenDepartment | None]:
        item, extend = ({**(opened(record.get(table)) or {})} for table in _TABLES)
        raw: dict[str, str] = {}
        for table, fields in zip(_TABLES, (item, extend), strict=True):
            for key in [k for k in fields if staff_heading(k)]:
                self._dropped += str(fields.pop(key)).strip() not in _NOTHING
            raw |= {f"{table}.{key}": _text(value) for key, value in fields.items() if _text(value) != ""}
        self._compare(path, item, extend)
        said = {**{k: v for k, v in extend.items() if _known(v)}, **{k: v for k, v in item.items() if _known(v)}}
        data: Data = {}
        self._plain_fields(said, data)
        self._phones(said, data, raw)
        self._limits(said, data)
        self._declared(said, data)
        self._several(path, record, data, raw)
        data["raw"] = raw
        place = f"{self._path.name} {path}".strip()
        data["source"] = text("exchange.source_record", self._options.lang, place=place)
        name = said.get("dept_name")
        code = said.get("dept_code")
        if not name:
            return finished(data), None
        department = GivenDepartment(department_id(str(name), str(code or "")), str(name), str(code) if code else None)
        data["department"] = department.id
        put(data, ("body", "name", "zh"), str(name))
        return finished(data), department

    def _compare(self, path: str, item: Mapping[str, Any], extend: Mapping[str, Any]) -> None:
        """Find fields that both tables have and that do not agree; a filled one counts, the item's first."""
        for key in _SAID_TWICE:
            if key in item and key in extend and _text(item[key]) != _text(extend[key]):
                first, second = (_text(fields[key]) for fields in (item, extend))
                used = first if _known(first) else second
                found = warning("DS979", field=key, first=_shown(first), second=_shown(second), used=_shown(used))
                self._findings.append(found.at(self._at(path, _TABLES[0], key)))

    def _plain_fields(self, said: Mapping[str, Any], data: Data) -> None:
        for key, target in _TEXTS.items():
            if _known(value := said.get(key)):
                put(data, _path(target), _text(value))
        for key, (target, code_list) in _CODED.items():
            if _known(value := said.get(key)):
                put(data, _path(target), word(_text(value), code_list))
        for key, (target, code_list) in _SEVERAL.items():
            if _known(value := said.get(key)):
                words = [word(code, code_list) for code in _codes(_text(value))]
                put(data, _path(target), list(dict.fromkeys(words)))
        for key, target in _FLAGS.items():
            if _text(said.get(key)) in ("0", "1"):
                put(data, _path(target), _text(said[key]) == "1")
        if _known(login := said.get("login_url")):
            put(data, ("links", "login"), [_text(login)])
        for key, (target, none) in _NONE_OF.items():
            if _text(said.get(key)) == "0":
                data[target] = text("exchange.no_quota", self._options.lang) if none is None else list(none)

    def _phones(self, said: Mapping[str, Any], data: Data, raw: dict[str, str]) -> None:
        """Put numbers without the names of those who answer."""
        for key, target in _PHONES.items():
            if _known(value := said.get(key)):
                phone = without_names(_text(value))
                if phone != _text(value):
                    self._dropped += 1
                    for table in _TABLES:
                        if f"{table}.{key}" in raw:
                            raw[f"{table}.{key}"] = phone
                put(data, (target,), [phone] if phone else [])

    def _limits(self, said: Mapping[str, Any], data: Data) -> None:
        for key, target in (("anticipate", "statutory"), ("promise", "promised")):
            days = _text(said.get(f"{key}_day"))
            if re.fullmatch(r"\d+(\.\d+)?", days):
                put(data, (target, "amount"), {"amount": float(days)})
                if unit := DAYS.get(_text(said.get(f"{key}_type"))):
                    put(data, (target, "unit"), unit)
            elif _known(days):
                put(data, (target, "text"), days)

    def _declared(self, said: Mapping[str, Any], data: Data) -> None:
        profile = self._options.profile
        if codes := _codes(_text(said.get("wsblsd"))):
            data["depth"] = {"codes": codes, "map": profile.depth_codes or "national"}
        count = _text(said.get("limit_scene_num"))
        if re.fullmatch(r"\d{1,5}", count):
            put(data, ("visits", "count"), int(count))
            if profile.visits:
                put(data, ("visits", "meaning"), profile.visits)
        if _known(reason := said.get("scene_reason")):
            put(data, ("visits", "reason"), _text(reason))

    def _several(self, path: str, record: Mapping[str, Any], data: Data, raw: dict[str, str]) -> None:
        """Put materials, windows, special procedures, basis and questions; their fields stay in `raw` too."""
        for table, (field, reader) in PARTS.items():
            if table not in record:
                continue
            parts: list[Any] = []
            for number, row in enumerate(sorted(rows_of(record[table]), key=_order)):
                kept = self._without_staff(row)
                raw |= {f"{table}[{number}].{key}": _text(value) for key, value in kept.items() if _text(value) != ""}
                if part := reader({k: _text(v) for k, v in kept.items() if _known(v)}):
                    parts.append(part)
                else:
                    self._findings.append(information("DS968", cells=f"{table}[{number}]").at(self._at(path, table)))
            if parts or field in ("materials", "special"):
                data[field] = parts
        for table, rows in record.items():
            if table not in PARTS and table not in _TABLES and rows_of(rows):
                raw[table] = json.dumps(self._nameless(rows), ensure_ascii=False)

    def _without_staff(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row without the fields of staff, and its numbers without names."""
        kept = {key: value for key, value in row.items() if not staff_heading(key)}
        self._dropped += sum(_known(row[key]) for key in row.keys() - kept.keys())
        for key in ("window_tel", "link_way"):
            if key in kept and (bare := without_names(_text(kept[key]))) != _text(kept[key]):
                self._dropped += 1
                kept[key] = bare
        return kept

    def _nameless(self, data: Any) -> Any:
        """Return nested data without the fields that hold names of staff."""
        if isinstance(data, Mapping):
            named = [key for key in data if staff_heading(str(key))]
            self._dropped += sum(_known(data[key]) for key in named)
            return {key: self._nameless(value) for key, value in data.items() if key not in named}
        return [self._nameless(value) for value in data] if isinstance(data, list) else data


def _field_place(record: Location, field: str) -> Location:
    """Return where a record says a guide's field: its own field or table, without which of the two tables."""
    said = _SAID_IN.get(field)
    joint = "" if record.file.endswith("#") else "."
    return Location(f"{record.file}{joint}{said}") if said else record


def _path(target: str) -> tuple[str | int, ...]:
    return tuple(int(p) if p.isdigit() else p for p in target.split("."))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).strip() if not isinstance(value, (Mapping, list)) else json.dumps(value, ensure_ascii=False)


def _known(value: Any) -> bool:
    return value is not None and _text(value) not in _NOTHING


def _shown(value: str) -> str:
    return value[:60]


def _codes(value: str) -> list[str]:
    return [code.strip() for code in re.split(r"[,，;；、|]", value) if code.strip()]


def _order(row: Mapping[str, Any]) -> float:
    number = _text(row.get("ordernum", row.get("ordernumber", "")))
    return float(number) if re.fullmatch(r"\d+", number) else 0.0


_SAID_IN: Mapping[str, str] = {
    **{target.partition(".")[0]: key for key, target in _TEXTS.items()},
    **{target.partition(".")[0]: key for key, (target, _) in (*_CODED.items(), *_SEVERAL.items())},
    **{target: key for key, target in (*_FLAGS.items(), *_PHONES.items())},
    **{field: table for table, (field, _) in PARTS.items()},
    "statutory": "anticipate_day", "promised": "promise_day", "depth": "wsblsd", "visits": "limit_scene_num",
    "result": "result_name", "body": "dept_name", "links": "transact_url",
}  # fmt: skip
"""The field or table of a record that says a field of a guide."""
