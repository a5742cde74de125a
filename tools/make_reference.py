"""Write docs/reference from the code: commands, file format, reforms, measures, findings, Python API, JSON.

`python tools/make_reference.py` writes the pages; `--check` fails where one is not what the code says.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from depthsim import files, measures, reforms
from depthsim.assessment.rules import RULES
from depthsim.cli._entry import run
from depthsim.cli._program import COMMANDS
from depthsim.files.schema import KINDS
from depthsim.model.code_lists import CODE_LISTS, DEPTH_MAPS
from depthsim.texts import LANGS, Lang, label, room

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
WIDTH = "96"
STEPS = ("ApplicantStep", "OfficeStep", "ParallelStep")
LAWS = (
    "Constant", "Uniform", "Triangular", "Pert", "Exponential", "Lognormal", "Gamma", "Weibull", "Empirical",
)  # fmt: skip

WORDS: dict[str, dict[Lang, str]] = {
    "generated": {
        "en": "<!-- Written by `make docs` from the code. Do not edit. -->",
        "zh": "<!-- 由 make docs 根据代码生成，请勿手工修改。 -->",
    },
    "cli": {"en": "Command line", "zh": "命令行"},
    "format": {"en": "File format", "zh": "文件格式"},
    "reforms": {"en": "Reforms", "zh": "改革"},
    "measures": {"en": "Measures", "zh": "度量"},
    "findings": {"en": "Findings", "zh": "问题代码"},
    "guides": {"en": "Rules and code lists of guides", "zh": "办事指南的检查规则与代码表"},
    "indicators": {"en": "indicators", "zh": "指标"},
    "severity": {"en": "severity", "zh": "程度"},
    "rule": {"en": "rule", "zh": "规则"},
    "from": {"en": "from", "zh": "依据"},
    "word": {"en": "word", "zh": "写法"},
    "official code": {"en": "code", "zh": "代码"},
    "level": {"en": "level", "zh": "等级"},
    "code lists": {"en": "Code lists", "zh": "代码表"},
    "codings of depth": {"en": "Codings of depth", "zh": "网上办理深度的各种代码"},
    "field": {"en": "field", "zh": "字段"},
    "type": {"en": "type", "zh": "类型"},
    "default": {"en": "default", "zh": "默认值"},
    "meaning": {"en": "meaning", "zh": "含义"},
    "parameter": {"en": "parameter", "zh": "参数"},
    "required": {"en": "**required**", "zh": "**必填**"},
    "measure": {"en": "measure", "zh": "度量"},
    "unit": {"en": "unit", "zh": "单位"},
    "exact": {"en": "exact mean", "zh": "精确均值"},
    "better": {"en": "better", "zh": "越好"},
    "yes": {"en": "yes", "zh": "有"},
    "no": {"en": "—", "zh": "—"},
    "less": {"en": "less", "zh": "越少"},
    "more": {"en": "more", "zh": "越多"},
    "none": {"en": "no parameters", "zh": "无参数"},
    "touches": {"en": "Touches", "zh": "触及"},
    "source": {"en": "Source", "zh": "出处"},
    "or": {"en": " or ", "zh": " 或 "},
    "list of": {"en": "list of ", "zh": "列表："},
    "mapping of": {"en": "mapping of ", "zh": "映射："},
    "text": {"en": "text", "zh": "文本"},
    "date": {"en": "date", "zh": "日期"},
    "number": {"en": "number", "zh": "数"},
    "whole number": {"en": "whole number", "zh": "整数"},
    "true or false": {"en": "true or false", "zh": "true 或 false"},
    "identifier": {"en": "identifier", "zh": "标识"},
    "a law": {"en": "[a law or a duration](#laws)", "zh": "[分布或时长](#laws)"},
    "any": {"en": "anything", "zh": "任意"},
    "laws": {
        "en": "A duration may be a law of chance. A bare duration such as `12 min` is constant.",
        "zh": "时长可以是概率分布；只写 `12 min` 这样的时长即为固定值。",
    },
    "laws title": {"en": "Laws", "zh": "概率分布"},
    "examples": {"en": "Examples", "zh": "示例"},
    "code": {"en": "code", "zh": "代码"},
    "message": {"en": "message", "zh": "内容"},
    "remedy": {"en": "what to do", "zh": "怎么办"},
}

INTRO: dict[str, dict[Lang, str]] = {
    "cli": {
        "en": "Exit status: 0 fine (warnings included), 1 the input or its location is at fault, 2 wrong usage, 130 "
        "interrupted. `--json` prints one JSON document on standard output and nothing else there; progress and "
        "messages go to standard error.",
        "zh": "退出状态：0 正常（含警告），1 输入或其位置有误，2 用法有误，130 中断。`--json` 时标准输出只有一个 JSON "
        "文档，进度与消息写到标准错误。",
    },
    "format": {
        "en": "Files are YAML in UTF-8. A folder with `system.yaml` is a service system; every other YAML in it is a "
        "service item, but for `catalogue.yaml`, the city's inventory. Guides stand in its folder `guides`, findings "
        "of people in `evidence`. Unknown fields, duplicate keys, anchors and aliases are refused; `no`, `yes`, `on` "
        "and `off` are plain words. `depthsim schema` prints the same as JSON Schema for editors.",
        "zh": "文件为 UTF-8 编码的 YAML。含 `system.yaml` 的目录是一个服务系统，目录中其余 YAML 各为一个服务事项，"
        "只有 `catalogue.yaml` 是城市目录；办事指南放在 `guides` 子目录，人工评判放在 `evidence` 子目录。"
        "未知字段、重复的键、锚点与别名都不接受；`no`、`yes`、`on`、`off` 只是普通文字。`depthsim schema` "
        "输出同样内容的 JSON Schema，供编辑器使用。",
    },
    "reforms": {
        "en": "A reform is a pure function from a service system to a service system. A scenario lists reforms with "
        "their parameters. One that changes nothing for an item says so and leaves it alone. Reforms that touch "
        "different things may be applied in any order.",
        "zh": "改革是从服务系统到服务系统的纯函数；情景列出改革及其参数。对某事项不起作用的改革会说明，并不改动该"
        "事项。触及不同内容的改革，先后次序不影响结果。",
    },
    "measures": {
        "en": "What is read off each finished case. Where theory gives the exact mean, it stands beside the simulated "
        "one. Pools are reported apart.",
        "zh": "从每个办结的办件读出的数。理论能给出精确均值的，与模拟值并列。人员池另行报告。",
    },
    "guides": {
        "en": "`depthsim check` holds every guide against these rules. Only what a guide says counts: what it leaves "
        "out is unknown, and a note where it must be said. The lists below say which words a guide uses and which "
        "official codes they stand for; a word outside its list is kept and found.",
        "zh": "`depthsim check` 按下列规则检查每份办事指南。只看指南写了什么：没写的是未知，必须写的给出提示。"
        "后面的代码表列出指南中的写法及其对应的官方代码；表外的写法予以保留并报告。",
    },
    "findings": {
        "en": "Every finding says where (file, line, column), what, and what to do. DS0xx files and YAML, DS1xx fields "
        "and names, DS2xx the process, DS3xx level and visits, DS4xx time and load, DS5xx reforms and scenarios, "
        "DS6xx runs, DS7xx drawings, DS8xx published guides. An error stops the work; warnings and notes do not.",
        "zh": "每条问题都说明在哪里（文件、行、列）、是什么、怎么办。DS0xx 文件与 YAML，DS1xx 字段与名称，DS2xx 流程，"
        "DS3xx 等级与次数，DS4xx 时间与负荷，DS5xx 改革与情景，DS6xx 运行，DS7xx 绘图，DS8xx 办事指南。"
        "错误会停止工作，警告与提示不会。",
    },
}


def say(key: str, lang: Lang) -> str:
    """Return a word of the pages."""
    return WORDS[key][lang]


def head(page: str, lang: Lang, other: str) -> list[str]:
    """Return the top of a page: what wrote it, its title, a link to the other language, its introduction."""
    link = f"[中文]({other})" if lang == "en" else f"[English]({other})"
    return [say("generated", lang), "", f"# {say(page, lang)}", "", link, "", INTRO[page][lang], ""]


# ---------------------------------------------------------------------------------------------- command line


def printed(*arguments: str) -> str:
    """Return what a command prints on standard output, at the pages' width."""
    out = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = WIDTH
    try:
        with contextlib.redirect_stdout(out):
            run(list(arguments))
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    return out.getvalue().rstrip()


def command_line(lang: Lang, other: str) -> str:
    """Return the page of commands: the help of every one."""
    lines = head("cli", lang, other)
    for name in ("", *COMMANDS):
        shown = f"depthsim {name}".rstrip()
        help_text = printed(*([name] if name else []), "--help", "--lang", lang)
        lines += [f"## {shown}", "", "```text", help_text, "```", ""]
    return "\n".join(lines)


# ----------------------------------------------------------------------------------------------- file format


def meaning(model: str, field: str, lang: Lang) -> str:
    """Return what a field means. Raises KeyError where nobody has said."""
    owners = [model, "Step" if model in STEPS else "", "Law" if model in LAWS else "", "any"]
    fields = room("fields")
    for owner in owners:
        if f"{owner}.{field}" in fields:
            return cast("str", fields[f"{owner}.{field}"][lang])
    raise KeyError(f"texts/fields.yaml: {model}.{field}")


def shown_type(node: dict[str, Any], lang: Lang) -> str:
    """Return a schema's type in words."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name == "Level":
            return "`none` `I` `II` `III` `IV`"
        return f"[{name}](#{name.lower()})"
    if "if" in node:
        return say("or", lang).join(shown_type(node[k], lang) for k in ("else", "then"))
    if "anyOf" in node or "oneOf" in node:
        choices = [c for c in node.get("anyOf") or node["oneOf"] if c.get("type") != "null"]
        if any(c.get("$ref", "").endswith("/Lognormal") for c in choices):
            return say("a law", lang)
        return say("or", lang).join(dict.fromkeys(shown_type(c, lang) for c in choices))
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " ".join(f"`{word}`" for word in node["enum"])
    kind = node.get("type")
    if kind == "array":
        return say("list of", lang) + shown_type(node.get("items", {}), lang)
    if kind == "object":
        patterns: dict[str, Any] = node.get("patternProperties", {})
        values: Any = node.get("additionalProperties") or next(iter(patterns.values()), {})
        return say("mapping of", lang) + shown_type(values if isinstance(values, dict) else {}, lang)
    if kind == "string":
        named = "date" if node.get("format") == "date" else "identifier" if "pattern" in node else "text"
        return say(named, lang)
    words = {"number": "number", "integer": "whole number", "boolean": "true or false"}
    known = words.get(str(kind))
    return say(known, lang) + _bounds(node) if known else say("any", lang)


def _bounds(node: dict[str, Any]) -> str:
    marks = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    found = [f"{mark} {node[key]:g}" for key, mark in marks.items() if key in node and node[key] < 2**62]
    return f" ({', '.join(found)})" if found else ""


def fields_of(name: str, schema: dict[str, Any], lang: Lang) -> list[str]:
    """Return the table of a mapping's fields, or the examples of a short text."""
    if "properties" not in schema:
        examples = ", ".join(f"`{e}`" for e in schema.get("examples", ()))
        return [f"{say('examples', lang)}: {examples}", ""]
    keys = ("field", "type", "default", "meaning")
    lines = ["| " + " | ".join(say(k, lang) for k in keys) + " |", "| --- | --- | --- | --- |"]
    needed = set(schema.get("required", ()))
    for field, node in schema["properties"].items():
        node = node if isinstance(node, dict) else {}
        owner = "Process" if name == "InheritedProcess" else name
        default = say("required", lang) if field in needed else _default(node)
        shown = shown_type(node, lang)
        if field in ("source", "assumption") and not node:
            shown = say("text", lang)
        lines.append(f"| `{field}` | {shown} | {default} | {meaning(owner, field, lang)} |")
    return [*lines, ""]


def _default(node: dict[str, Any]) -> str:
    value = node.get("default")
    value = _without_nothing(value)
    if value in (None, [], {}):
        return ""
    shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return f"`{shown}`"


def _without_nothing(value: Any) -> Any:
    """Return a default without the parts that say nothing."""
    if isinstance(value, dict):
        kept = {key: _without_nothing(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part not in (None, [], {})}
    return value


def file_format(lang: Lang, other: str) -> str:
    """Return the page of every field of every kind of file."""
    lines = head("format", lang, other)
    tops: dict[str, dict[str, Any]] = {}
    parts: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        schema = files.json_schema(kind)
        tops[schema["title"]] = schema
        parts |= {name: part for name, part in schema["$defs"].items() if name != "Level"}
    names = room("fields")
    for name, schema in tops.items():
        lines += [f"## {names[name][lang]}", "", f"`{schema['properties']['schema']['const']}`", ""]
        lines += fields_of(name, schema, lang)
    for name in (n for n in parts if n not in LAWS):
        lines += _part(name, parts[name], lang)
    lines += ['<a id="laws"></a>', "", f"## {say('laws title', lang)}", "", say("laws", lang), ""]
    for name in LAWS:
        lines += _part(name, parts[name], lang)
    return "\n".join(lines)


def _part(name: str, schema: dict[str, Any], lang: Lang) -> list[str]:
    said = schema.get("description", "") if lang == "en" else ""
    title = room("fields")[name][lang]
    top = [f'<a id="{name.lower()}"></a>', "", f"### {title}", ""]
    return [*top, *([" ".join(said.split()), ""] if said else []), *fields_of(name, schema, lang)]


# ------------------------------------------------------------------------------------------ reforms, measures


def reforms_page(lang: Lang, other: str) -> str:
    """Return the page of reforms, from their catalogue."""
    lines = head("reforms", lang, other)
    second: Lang = "zh" if lang == "en" else "en"
    for name in reforms.catalogue():
        reform = reforms.load(name)
        lines += [f"## {name}", "", _named(reform, lang, second), ""]
        schema = reform.parameters.model_json_schema(by_alias=True)
        properties, needed = schema.get("properties", {}), set(schema.get("required", ()))
        if properties:
            keys = ("parameter", "default", "meaning")
            lines += ["| " + " | ".join(say(k, lang) for k in keys) + " |", "| --- | --- | --- |"]
            for parameter, node in properties.items():
                default = say("required", lang) if parameter in needed else _default(node)
                default = "`all`" if parameter == "items" and not default else default
                lines.append(f"| `{parameter}` | {default} | {reform.parameter(parameter, lang)} |")
        else:
            lines.append(say("none", lang))
        touched = ", ".join(f"`{t}`" for t in sorted(reform.touches))
        colon = ": " if lang == "en" else "："
        lines += ["", f"{say('touches', lang)}{colon}{touched}", ""]
        lines += [f"{say('source', lang)}{colon}{reform.source}", ""]
    return "\n".join(lines)


def _named(reform: reforms.Reform, lang: Lang, second: Lang) -> str:
    if lang == "zh":
        return f"**{reform.name(lang)}**（{reform.name(second)}）。{reform.summary(lang)}。"
    return f"**{reform.name(lang)}** ({reform.name(second)}). {reform.summary(lang)}."


def measures_page(lang: Lang, other: str) -> str:
    """Return the page of measures, from their catalogue."""
    lines = head("measures", lang, other)
    keys = ("measure", "unit", "exact", "better", "meaning")
    lines += ["| " + " | ".join(say(k, lang) for k in keys) + " |", "| --- | --- | --- | --- | --- |"]
    for name in measures.catalogue():
        measure = measures.load(name)
        said = _first_paragraph(sys.modules[f"depthsim.measures.{name}"].__doc__)
        about = f"**{measure.name(lang)}**: {said}" if lang == "en" else measure.name(lang)
        exact = say("yes" if measure.exact else "no", lang)
        lines.append(f"| `{name}` | {measure.unit} | {exact} | {say(measure.better, lang)} | {about} |")
    return "\n".join([*lines, ""])


def _first_paragraph(said: str | None) -> str:
    return " ".join((said or "").strip().split("\n\n")[0].split())


# --------------------------------------------------------------------------------------------------- findings


def findings_page(lang: Lang, other: str) -> str:
    """Return the page of findings, from their texts."""
    lines = head("findings", lang, other)
    lines += [f"| {say('code', lang)} | {say('message', lang)} | {say('remedy', lang)} |", "| --- | --- | --- |"]
    for code, entry in sorted(room("findings").items()):
        said = entry[lang]
        lines.append(f"| {code} | {_cell(said['message'])} | {_cell(said['remedy'])} |")
    return "\n".join([*lines, ""])


def _cell(template: str) -> str:
    """Return a text's template for a table: its places become words in angle brackets."""
    plain = re.sub(r"\{\{|\}\}", lambda m: m[0][0], re.sub(r"(?<!\{)\{(\w+)[^{}]*\}(?!\})", r"‹\1›", template))
    return " ".join(plain.split()).replace("|", "\\|").replace("<", "&lt;")


# ----------------------------------------------------------------------------------------------------- guides


def guides_page(lang: Lang, other: str) -> str:
    """Return the page of the rules for guides, and of the closed lists that guides use."""
    lines = [*head("guides", lang, other), *_row("code", "severity", "indicators", "rule", "from", lang=lang)]
    for code, rule in RULES.items():
        said = rule.find.__doc__ if lang == "en" else None
        meant = said or _cell(room("findings")[code][lang]["message"])
        severity = label(rule.severity.value, lang)
        lines.append(f"| {code} | {severity} | {', '.join(rule.indicators)} | {meant} | {label(rule.source, lang)} |")
    lines += ["", f"## {say('code lists', lang)}", ""]
    for name, one in CODE_LISTS.items():
        sources = ", ".join(label(source, lang) for source in one.sources)
        lines += [f"### `{name}`", "", sources, "", *_row("word", "official code", "meaning", lang=lang)]
        lines += [f"| `{w}` | {c or ''} | {label(f'list_{name}_{w}', lang)} |" for w, c in one.codes.items()] + [""]
    lines += [f"## {say('codings of depth', lang)}", ""]
    for name, coding in DEPTH_MAPS.items():
        lines += [f"### `{name}`", "", label(f"depth_map_{name}", lang), "", *_row("official code", "level", lang=lang)]
        lines += [f"| `{c}` | {level or '—'} |" for c, level in coding.levels.items()] + [""]
    return "\n".join(lines)


def _row(*keys: str, lang: Lang) -> list[str]:
    """Return the head of a table."""
    return ["| " + " | ".join(say(k, lang) for k in keys) + " |", "| --- " * len(keys) + "|"]


# ----------------------------------------------------------------------------------------------------- Python


def python_page() -> str:
    """Return the page of the Python API: everything in `depthsim.__all__`."""
    import depthsim

    lines = [say("generated", "en"), "", "# Python", "", "```python", "import depthsim as ds", "```", ""]
    lines += ["Everything below is public. The rest of the package may change at any time.", ""]
    for name in depthsim.__all__:
        found = getattr(depthsim, name)
        lines += [f"## {name}", ""]
        if callable(found) and not (inspect.isclass(found) and issubclass(found, Exception)):
            with contextlib.suppress(TypeError, ValueError):
                lines += ["```python", f"{name}{_signature(found)}", "```", ""]
        lines += [_quoted(inspect.getdoc(found) if callable(found) else ""), ""]
        if inspect.isclass(found):
            lines += _members(found)
    return "\n".join(lines)


def _signature(found: Any) -> str:
    shown = str(inspect.signature(found))
    shown = re.sub(r"\bdepthsim(?:\.\w+)*\.(\w+)", r"\1", shown).replace("'", "")
    return shown if len(shown) < 300 else "(…)"


def _quoted(said: str | None) -> str:
    return (said or "").strip()


def _members(found: type) -> list[str]:
    lines = []
    for name, member in vars(found).items():
        if name.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        if said := _first_paragraph(inspect.getdoc(member)):
            call = "" if isinstance(member, property) else "()"
            lines.append(f"- `.{name}{call}`: {said}")
    return [*lines, ""] if lines else []


# ------------------------------------------------------------------------------------------------------- JSON

DESCRIBED = ROOT / "tools" / "json_fields.yaml"


def described() -> dict[str, dict[str, Any]]:
    """Return what is said of the JSON outputs, by commands and shapes: the meaning of each field."""
    return cast("dict[str, dict[str, Any]]", yaml.safe_load(DESCRIBED.read_text(encoding="utf-8")))


def document(command: list[str], folder: Path) -> Any:
    """Return the JSON document that a command prints when it is run in a folder; `ROOT` is the checkout."""
    command = [word.replace("ROOT", str(ROOT)) for word in command]
    done = subprocess.run(
        [sys.executable, "-c", "from depthsim.cli import main; main()", *command, "--json", "--lang", "en"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=False, cwd=folder,
    )  # fmt: skip
    return json.loads(done.stdout)


SHAPES: dict[str, frozenset[str]] = {
    "name": frozenset({"zh", "en"}),
    "estimate": frozenset({"mean", "ci95", "sum", "cases"}),
    "difference": frozenset({"mean", "ci95", "per_year"}),
    "finding": frozenset({"code", "severity", "message"}),
    "pool": frozenset({"utilisation", "mean_wait_minutes", "servers"}),
}
"""Mappings that are described once: each is known by some of its fields."""


def shape(value: Any) -> str | None:
    """Return which of the shapes a value is, or None."""
    if isinstance(value, dict):
        return next((name for name, fields in SHAPES.items() if fields <= set(value)), None)
    return None


def shapes_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (shape, field) for every mapping of a known shape in a document."""
    found = shape(value)
    if found:
        yield from ((found, field) for field in value)
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from shapes_in(child)


def described_paths(command: str) -> set[str]:
    """Return the paths that are described for a command, those of the command that it is like included."""
    about = described()["commands"][command]
    like = described()["commands"][about["like"]]["fields"] if "like" in about else {}
    return {*about["fields"], *(path.removeprefix("[].") for path in like)}


def paths(value: Any, free: frozenset[str], at: str = "") -> Iterator[str]:
    """Yield the path of every field of a document, shapes described elsewhere left closed.

    Ids are shown as `*`: those of measures everywhere, and the keys of the mappings in `free`.
    """
    if shape(value):
        return
    if isinstance(value, dict):
        for key, child in value.items():
            known = key in measures.catalogue() and (shape(child) or at in free)
            name = "*" if known or at in free else key
            here = f"{at}.{name}" if at else name
            yield here
            yield from paths(child, free, here)
    elif isinstance(value, list):
        for child in value:
            yield from paths(child, free, f"{at}[]" if isinstance(child, dict | list) else at)


def json_page() -> str:
    """Return the page of JSON outputs: every field that the examples have, with its meaning."""
    lines = [say("generated", "en"), "", "# JSON outputs", ""]
    lines += ["With `--json` a command prints one document on standard output. `*` stands for an id, `[]` for the"]
    lines += ["entries of a list. A number that is infinite or unknown is `null`. Fields may be added.", ""]
    said = described()
    for title, parts in (("Commands", said["commands"]), ("Objects that occur in several places", said["shapes"])):
        lines += [f"## {title}", ""]
        for name, about in parts.items():
            lines += [f"### {name}", "", about["about"], ""]
            if "run" in about:
                lines += [f"Example: `depthsim {' '.join(about['run'])} --json`", ""]
            if about["fields"]:
                lines += ["| field | meaning |", "| --- | --- |"]
                lines += [f"| `{path}` | {meant} |" for path, meant in about["fields"].items()] + [""]
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """Return every page: file name -> text."""
    found: dict[str, str] = {}
    makers = {
        "command-line": command_line,
        "file-format": file_format,
        "reforms": reforms_page,
        "measures": measures_page,
        "findings": findings_page,
        "guide-rules": guides_page,
    }
    for name, make in makers.items():
        for lang in LANGS:
            own, other = (f"{name}.md", f"{name}.zh.md") if lang == "en" else (f"{name}.zh.md", f"{name}.md")
            found[own] = make(lang, other)
    found["python.md"] = python_page()
    found["json.md"] = json_page()
    return {name: page.rstrip() + "\n" for name, page in found.items()}


def main(check: bool) -> int:
    """Write the pages, or say which are not current; returns the exit status."""
    wanted = pages()
    if not check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, page in wanted.items():
            (FOLDER / name).write_text(page, encoding="utf-8")
        return 0
    stale = [n for n, p in wanted.items() if not (FOLDER / n).is_file() or (FOLDER / n).read_text("utf-8") != p]
    for name in stale:
        print(f"docs/reference/{name} is not current: run make docs", file=sys.stderr)
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
