"""Values of cells, put where their columns say, become guides; what a guide cannot take is kept as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from depthsim.errors import Finding, warning
from depthsim.model.guide import ServiceGuide
from depthsim.texts import LANGS

Data = dict[Any, Any]


def put(data: Data, path: tuple[str | int, ...], value: Any) -> None:
    """Put a value at a path, making mappings on the way; a period fills its mapping, names stand for both languages."""
    for name in path[:-1]:
        below = data.get(name)
        if not isinstance(below, dict):
            below = data[name] = {}
        data = below
    last = path[-1]
    if last == "amount" and isinstance(value, dict):
        for key, part in value.items():
            data.setdefault(key, part)
    elif last in ("zh", "en"):
        data[last] = value
        data.setdefault("en" if last == "zh" else "zh", value)
    else:
        data[last] = value


def finished(data: Any) -> Any:
    """Return data with mappings whose keys are numbers as lists."""
    if isinstance(data, dict):
        if data and all(isinstance(key, int) for key in data):
            return [finished(data[key]) for key in sorted(data)]
        return {key: finished(value) for key, value in data.items()}
    return data


def guide_of(data: Data, located: Callable[[Finding], Finding]) -> tuple[ServiceGuide | None, list[Finding]]:
    """Return a guide and findings about what it could not take, which its `raw` keeps; None where nothing helps."""
    findings: list[Finding] = []
    for _ in range(40):
        try:
            return ServiceGuide.model_validate(data), findings
        except ValidationError as invalid:
            refused = {_whole_name(_in_data(data, tuple(e["loc"]))) for e in invalid.errors(include_url=False)}
            refused.discard(())
            if not refused:
                break
            for path in sorted(refused, key=lambda p: [str(n) for n in p], reverse=True):
                findings += _left_out(data, path, located)
    return None, findings


def _in_data(data: Any, location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    path: list[str | int] = []
    at: Any = data
    for name in location:
        if isinstance(at, Mapping):
            known = name in at
        else:
            known = isinstance(at, (list, tuple)) and isinstance(name, int) and name < len(at)
        if known:
            at = at[name]
            path.append(name)
    return tuple(path)


def _whole_name(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the path of a name of which one language was refused: both say the same."""
    return path[:-1] if len(path) > 1 and path[-1] in LANGS else path


def _left_out(data: Data, path: tuple[str | int, ...], located: Callable[[Finding], Finding]) -> list[Finding]:
    """Take a value out of the data and keep it as raw."""
    owner: Any = data
    for name in path[:-1]:
        owner = owner[name]
    last = path[-1]
    if isinstance(owner, tuple) or (isinstance(owner, dict) and last not in owner):
        return _left_out(data, path[:-1], located) if len(path) > 1 else []
    if isinstance(owner, list) and not (isinstance(last, int) and last < len(owner)):
        return []
    value = owner.pop(last)
    if isinstance(value, dict) and "zh" in value:
        value = value["zh"]
    if path[0] == "raw" or path == ("id",):
        return []
    field = ".".join(map(str, path))
    data.setdefault("raw", {})[field] = str(value)
    return [located(warning("DS966", path, field=field, given=_short(value)))]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}… ({len(text):,})"


_LAW = re.compile(r"\s*(?P<title>《[^》]+》)\s*(?P<number>[（(][^）)]*[）)])?\s*(?P<clause>第.+)?")
_CLAUSE = re.compile(
    r"(第\s*[\d一二三四五六七八九十百零〇]+\s*[条章款项](?:\s*第?\s*[（(]?[\d一二三四五六七八九十]+[）)]?\s*[款项])*)[\s:：,，。]*(.*)",
    re.DOTALL,
)


def basis_of(text: str) -> Data:
    """Return a legal basis as written in one cell: title, number and clause taken apart where they can be."""
    found = _LAW.fullmatch(text)
    if not found:
        return {"title": text}
    said: Data = {"title": found["title"]}
    if found["number"]:
        said["number"] = found["number"]
    clause = _CLAUSE.fullmatch(found["clause"].strip()) if found["clause"] else None
    if clause:
        said["clause"] = clause[1]
        if clause[2].strip():
            said["text"] = clause[2].strip()
    elif found["clause"]:
        said["clause"] = found["clause"].strip()[:200]
    return said


_NUMBERING = re.compile(r"^\s*(?:[（(]?\d{1,2}[）)]|\d{1,2}[.、．](?!\d)|[①-⑳])\s*")


def part_of_text(field: str, text: str) -> Data:
    """Return one part of a guide that stands as a line in a cell of the guides' sheet."""
    bare = _NUMBERING.sub("", text).strip() or text
    match field:
        case "basis":
            return basis_of(bare)
        case "places":
            return {"address": bare}
        case "faq":
            question, mark, answer = bare.partition("？")
            return {"question": question + mark, "answer": answer.strip()} if answer.strip() else {"question": bare}
        case "fees":
            return {"standard": bare}
        case "published_on":
            return {"portal": bare}
        case "materials" | "steps":
            return {"name": {"zh": bare, "en": bare}}
    return {"name": bare}
