"""What is written reads back as the same value; a file or folder appears whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from depthsim import files
from depthsim.errors import InputError
from depthsim.files.document import parse
from depthsim.model.level import LevelScheme
from depthsim.model.references import item_findings, system_findings
from depthsim.model.scenario import Scenario
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.texts import LANGS, finding_line
from strategies import SYSTEM, items, names, systems


def reread(model: type, text: str) -> object:
    document = parse(text, "written")
    assert document.findings == ()
    return model.model_validate(document.data)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(items())
def test_reading_what_was_written_gives_the_same_item(item: ServiceItem) -> None:
    text = files.dump(item)
    assert reread(ServiceItem, text) == item
    assert files.dump(reread(ServiceItem, text)) == text  # type: ignore[arg-type]
    assert item_findings(item, SYSTEM) == [], "the strategy gives sound references"


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(systems())
def test_a_written_system_loads_as_the_same_system(
    tmp_path_factory: pytest.TempPathFactory, system: ServiceSystem
) -> None:
    folder = tmp_path_factory.mktemp("written") / "system"
    files.write_system(system, folder)
    assert files.load_system(folder).system == system
    assert system_findings(system) == []


@given(names)
def test_scenarios_survive_with_their_parameters(name: object) -> None:
    raw = {"patch": {"text": name, "list": [1, 0.5, "no", None, True, {"zh": "a", "en": "a"}]}}
    scenario = Scenario.model_validate({"id": "s", "name": name, "reforms": [raw], "seed": 3, "horizon": 1.5})
    assert reread(Scenario, files.dump(scenario)) == scenario


@pytest.mark.parametrize("name", files.names("workflows"))
def test_bundled_systems_survive(name: str, tmp_path: Path) -> None:
    system = files.load_system(name).system
    files.write_system(system, tmp_path / "copy")
    assert files.load_system(tmp_path / "copy").system == system


@pytest.mark.parametrize("name", files.names("standards"))
def test_bundled_schemes_survive(name: str) -> None:
    try:
        scheme = files.load_scheme(name)
    except InputError as refused:
        if any(f.code == "DS133" for f in refused.findings):
            pytest.skip("another kind of standard")
        raise
    assert reread(LevelScheme, files.dump(scheme)) == scheme


def test_text_is_clean() -> None:
    item = ServiceItem.model_validate(
        {
            "id": "x", "name": {"zh": "例", "en": "A, b"}, "kind": "licence", "handling": "committed",
            "process": {"start": "a", "steps": {"a": {"by": "office", "role": "accept", "stage": "acceptance",
                "pool": "p",
                "takes": {"law": "constant", "value": "5 min", "assumption": "a guess"},
                "outcomes": {"ok": {"next": "delivered"}}}}},
        }
    )  # fmt: skip
    assert files.dump(item) == (
        "schema: depthsim/service/1\nid: x\nname: {zh: 例, en: 'A, b'}\nkind: licence\nhandling: committed\n"
        "process:\n  start: a\n  steps:\n    a:\n      role: accept\n      stage: acceptance\n      by: office\n"
        "      outcomes:\n        ok: {next: delivered}\n      pool: p\n"
        "      takes: {law: constant, value: 5 min, assumption: a guess}\n"
    )


# ------------------------------------------------------------------------------------------- whole or not at all


def refused(code: str, caught: pytest.ExceptionInfo[InputError]) -> None:
    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.location is not None
    for lang in LANGS:
        assert finding_line(finding, lang)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError) as caught:
        files.write_system(SYSTEM, tmp_path)
    refused("DS030", caught)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as caught:
        files.write_text(tmp_path / "file" / "below.yaml", "x")
    refused("DS028", caught)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        files.write_text(tmp_path, "x")
    refused("DS002", caught)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_no_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError) as caught:
        files.write_system(SYSTEM, tmp_path / "new")
    tmp_path.chmod(0o700)
    refused("DS028", caught)


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "DS029"), (errno.EACCES, "DS028"), (errno.EROFS, "DS028")])
def test_a_failure_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(_path: Path, _content: bytes) -> int:
        raise OSError(number, os.strerror(number))

    (tmp_path / "old.yaml").write_text("old")
    monkeypatch.setattr("depthsim.files.writer.Path.write_bytes", fail)
    with pytest.raises(InputError) as caught:
        files.write_text(tmp_path / "old.yaml", "new")
    refused(code, caught)
    with pytest.raises(InputError):
        files.write_system(SYSTEM, tmp_path / "system")
    assert [p.name for p in tmp_path.iterdir()] == ["old.yaml"]
    assert (tmp_path / "old.yaml").read_text() == "old"


def test_an_error_of_the_caller_passes_and_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with files.whole_folder(tmp_path / "run") as folder:
            (folder / "part").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    files.write_system(SYSTEM, tmp_path)
    assert (tmp_path / "system.yaml").is_file()


def test_no_item_is_called_system(tmp_path: Path) -> None:
    item = ServiceItem.model_validate(
        {
            "id": "system",
            "name": "x",
            "kind": "licence",
            "handling": "committed",
            "process": {"start": "a", "steps": {}},
        }
    )
    with pytest.raises(InputError) as caught:
        files.write_item(item, tmp_path)
    refused("DS028", caught)
