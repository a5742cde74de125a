"""Each broken input gives its finding, at its place, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from depthsim import files
from depthsim.errors import Finding, InputError, Severity
from depthsim.files.published import with_published
from depthsim.texts import LANGS, finding_line, room

BROKEN = Path(__file__).parents[1] / "broken"
FIXTURES = sorted(p for p in BROKEN.iterdir() if p.suffix == ".yaml" or p.is_dir())
EXPECTED = re.compile(rb"# expect: (DS\d{3}) (error|warning|information) (\d+):(\d+)")
MADE_IN_TESTS = {  # not expressible as a committed file: tested where they are made
    "DS001", "DS002", "DS003", "DS007", "DS026", "DS027", "DS028", "DS029", "DS030",
    "DS204", "DS219",
}  # fmt: skip


def expectation(fixture: Path) -> tuple[str, str, int, int, Path]:
    for file in [fixture] if fixture.is_file() else sorted(fixture.iterdir()):
        if found := EXPECTED.match(file.read_bytes()):
            code, severity, line, column = (g.decode() for g in found.groups())
            return code, severity, int(line), int(column), file
    raise AssertionError(f"{fixture} does not say what to expect")


def findings_of(fixture: Path) -> list[Finding]:
    try:
        if fixture.is_file() and b"depthsim/scenario" in fixture.read_bytes():
            return list(files.read_scenario(fixture).findings)
        if fixture.is_file() and b"depthsim/costs" in fixture.read_bytes():
            return list(files.read_costs(fixture).findings)
        loaded = with_published(files.load_system(fixture))
    except InputError as refused:
        return list(refused.findings)
    found = list(loaded.findings)
    if expectation(fixture)[0] >= "DS200":
        found += process_findings(loaded)
    return list(loaded.located(found))


def process_findings(loaded: files.Loaded) -> list[Finding]:
    from depthsim.analysis import level, soundness

    scheme = files.load_scheme("depth_2018")
    if not loaded.bare:
        return soundness.system_findings(loaded.system, scheme)
    found = []
    for item in loaded.system.items.values():
        of_item = soundness.findings(item)
        found += of_item
        if not any(f.severity is Severity.ERROR for f in of_item):
            found += level.classify(item, scheme).findings
    return found


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda p: p.stem)
def test_broken_input_is_named_with_its_place(fixture: Path) -> None:
    code, severity, line, column, file = expectation(fixture)
    found = findings_of(fixture)
    mine = [f for f in found if f.code == code]
    assert mine, f"expected {code}, found {[finding_line(f, 'en') for f in found]}"
    location = mine[0].location
    assert location is not None
    assert (mine[0].severity.value, location.line, location.column) == (severity, line, column)
    assert Path(location.file).name == file.name
    others = [finding_line(f, "en") for f in found if f.severity is Severity.ERROR and f.code != code]
    assert not others, "one mistake gives one finding"
    for lang in LANGS:
        text = finding_line(mine[0], lang)
        assert str(location) in text
        assert not re.search(r"\{[a-z_]+\}", text), text
        assert ("一" <= max(text.replace(str(location), "")) <= "鿿" or "。" in text) == (lang == "zh") or lang == "en"


def test_every_code_of_files_names_and_processes_has_a_fixture() -> None:
    covered = {expectation(f)[0] for f in FIXTURES} | MADE_IN_TESTS
    codes = {c for c in room("findings") if c < "DS200" or "DS2" <= c < "DS39"}
    assert codes <= covered, f"no broken input for {sorted(codes - covered)}"
