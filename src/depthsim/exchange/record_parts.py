"""Tables of a record of the national format that have several rows: materials, windows, special procedures, …"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from depthsim.exchange.building import Data
from depthsim.model.code_lists import CODE_LISTS

DAYS = {"1": "working days", "2": "days"}
_MEDIA = {"1": ["paper"], "2": ["electronic"], "3": ["paper", "electronic"]}
Row = Mapping[str, str]


def word(code: str, code_list: str) -> str:
    """Return the word of a code, or the code where the list has none."""
    return CODE_LISTS[code_list].word(code) or code


def _number(row: Row, key: str) -> int | None:
    return int(row[key]) if re.fullmatch(r"\d{1,5}", row.get(key, "")) else None


def _filled(data: Data) -> Data:
    return {key: value for key, value in data.items() if value is not None}


def _material(row: Row) -> Data | None:
    if "material_name" not in row:
        return None
    form, sample = row.get("form_guid"), row.get("example_guid")
    return _filled(
        {
            "name": row["material_name"],
            "type": word(row["material_type"], "material_type") if "material_type" in row else None,
            "source": word(row["source_type"], "material_source") if "source_type" in row else None,
            "issued_by": row.get("source_explain"),
            "originals": _number(row, "original_amount"),
            "copies": _number(row, "copy_amount"),
            "medium": _MEDIA.get(
                row.get("material_form", ""), [row["material_form"]] if "material_form" in row else None
            ),
            "necessity": word(row["is_need"], "necessity") if "is_need" in row else None,
            "e_licence": {"0": False, "1": True}.get(row.get("is_generate_ecert", "")),
            "form": {"url": f"urn:uuid:{form}"} if form else None,
            "sample": {"url": f"urn:uuid:{sample}"} if sample else None,
            "criteria": row.get("accept_stand"),
            "note": row.get("fill_explain"),
        }
    )


def _place(row: Row) -> Data | None:
    fields = {"name": "window_name", "address": "transact_addr", "hours": "transact_time", "phone": "window_tel",
              "directions": "traffic_info"}  # fmt: skip
    return _filled({field: row.get(key) for field, key in fields.items()}) or None


def _special(row: Row) -> Data | None:
    found: Data = _filled(
        {
            "code": word(row["special_name"], "special_procedure") if "special_name" in row else None,
            "name": row.get("special_desc"),
            "body": row.get("special_dept"),
        }
    )
    if re.fullmatch(r"\d+(\.\d+)?", days := row.get("special_date", "")):
        found["takes"] = {"amount": float(days)}
        if unit := DAYS.get(row.get("special_date_type", "")):
            found["takes"]["unit"] = unit
    return found or None


def _basis(row: Row) -> Data | None:
    if "law_name" not in row:
        return None
    fields = {"title": "law_name", "number": "law_number", "clause": "clause_number", "text": "law_content"}
    return _filled({field: row.get(key) for field, key in fields.items()})


def _question(row: Row) -> Data | None:
    return _filled({"question": row["question"], "answer": row.get("answer")}) if "question" in row else None


def _fee(row: Row) -> Data | None:
    basis = {"title": row["fee_basis"]} if "fee_basis" in row else None
    return _filled({"name": row.get("fee_name"), "standard": row.get("fee_stand"), "basis": basis}) or None


def _condition(row: Row) -> str | None:
    return next((row[key] for key in ("condition", "condition_name", "accept_condition") if key in row), None)


PARTS: Mapping[str, tuple[str, Callable[[Row], Data | str | None]]] = {
    "AUDIT_MATERIAL": ("materials", _material), "AUDIT_ITEM_WINDOW": ("places", _place),
    "AUDIT_ITEM_SPECIAL": ("special", _special), "AUDIT_ITEM_BYLAW": ("basis", _basis),
    "AUDIT_ITEM_FAQ": ("faq", _question), "AUDIT_ITEM_CHARGE": ("fees", _fee),
    "AUDIT_ITEM_CONDITION": ("conditions", _condition),
}  # fmt: skip
"""Tables of a record of which a guide has several rows: the guide's field, and what reads a row."""
