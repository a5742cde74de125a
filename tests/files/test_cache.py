"""The user's cache folder: what lies there is as good as new, and nothing depends on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from depthsim.engines._quantiles import beta_table, gamma_table
from depthsim.files import cache
from depthsim.files.cache import cache_folder, numbers

MADE = (0.1, -0.0, 5e-324, float("inf"))


class Maker:
    """Makes the same numbers again and again, and counts how often."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> tuple[float, ...]:
        self.asked += 1
        return MADE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cache, "_MORE", iter(range(5)))
    return tmp_path / "depthsim" / "numbers"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    for known in (gamma_table, beta_table):
        known.cache_clear()
    yield
    for known in (gamma_table, beta_table):
        known.cache_clear()


def bits(values: tuple[float, ...]) -> list[str]:
    return [value.hex() for value in values]


def test_numbers_are_made_once(folder: Path) -> None:
    make = Maker()
    assert bits(numbers("some", __file__, 4, make)) == bits(numbers("some", __file__, 4, make)) == bits(MADE)
    assert make.asked == 1
    assert len(list(folder.iterdir())) == 1
    numbers("others", __file__, 4, make)
    assert make.asked == 2


def test_other_code_and_other_versions_of_scipy_make_their_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, source = Maker(), tmp_path / "code.py"
    for text in ("one", "two"):
        source.write_text(text)
        cache._edition.cache_clear()
        numbers("some", str(source), 4, make)
    assert make.asked == 2
    monkeypatch.setattr(cache, "version", lambda _name: "0.0")
    cache._edition.cache_clear()
    numbers("some", str(source), 4, make)
    assert make.asked == 3
    assert len(list(folder.iterdir())) == 3
    cache._edition.cache_clear()


@pytest.mark.parametrize("content", [b"", b"\0", b"\0" * 4, b"\0" * 11, b"\0" * 36, None])
def test_a_file_that_is_not_whole_is_made_anew(folder: Path, content: bytes | None) -> None:
    make = Maker()
    numbers("some", __file__, 4, make)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if content is None else content)
    assert bits(numbers("some", __file__, 4, make)) == bits(MADE)
    assert make.asked == 2
    assert file.read_bytes() == whole


def test_a_file_of_other_numbers_is_made_anew(folder: Path) -> None:
    """Its checksum is right, but machine code would read beyond its end."""
    numbers("some", __file__, 3, lambda: (1.0, 2.0, 3.0))
    assert bits(numbers("some", __file__, 4, Maker())) == bits(MADE)
    assert bits(numbers("some", __file__, 4, Maker())) == bits(MADE)


@pytest.mark.parametrize("place", ["depthsim", "depthsim/numbers"])
def test_a_folder_that_cannot_be_had_costs_only_time(folder: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("in the way")
    make = Maker()
    assert numbers("some", __file__, 4, make) == numbers("some", __file__, 4, make) == MADE
    assert make.asked == 2


def test_a_disk_that_is_full_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert numbers("some", __file__, 4, Maker()) == MADE
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("what", ["nowhere", "folder"])
def test_what_else_lies_there_stops_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 2)
    folder.mkdir(parents=True)
    if what == "folder":
        (folder / "old").mkdir()
    else:
        (folder / "old").symlink_to("nowhere")
    for n in range(5):
        numbers(f"some-{n}", __file__, 4, Maker())
    assert len([file for file in folder.iterdir() if file.name.startswith("some-")]) <= 2


def test_an_interrupted_writing_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_self: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        numbers("some", __file__, 4, Maker())
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="homes are found in another way")
def test_a_home_that_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "x")
    monkeypatch.setattr(Path, "home", staticmethod(unknown))
    assert numbers("some", __file__, 4, Maker()) == MADE


def test_nobody_s_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder("numbers") is None
    assert numbers("some", __file__, 4, Maker()) == MADE


def test_neither_a_process_nor_the_folder_keeps_too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    for n in range(8):
        numbers(f"some-{n}", __file__, 4, make)
    assert len(list(folder.iterdir())) == 5
    monkeypatch.setattr(cache, "_MORE", iter(range(100)))
    monkeypatch.setattr(cache, "MOST_FILES", 6)
    for age, file in enumerate(sorted(folder.iterdir())):
        os.utime(file, (age, age))
    for n in range(8, 12):
        numbers(f"some-{n}", __file__, 4, make)
    left = sorted(file.name.split("-")[1] for file in folder.iterdir())
    assert left == ["10", "11", "3", "4", "8", "9"]


def test_tables_are_the_same_from_the_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [gamma_table(2.5), beta_table(1.5, 4.5)]
    gamma_table.cache_clear()
    beta_table.cache_clear()
    monkeypatch.setitem(sys.modules, "scipy", None)
    read = [gamma_table(2.5), beta_table(1.5, 4.5)]
    assert len(list(folder.iterdir())) == 2
    assert list(map(bits, made)) == list(map(bits, read))


def test_a_second_run_begins_without_scipy(tmp_path: Path) -> None:
    program = """
import sys
import depthsim
depthsim.simulate("fuzhou", horizon_days=1, replications=2, engine="compiled")
print("scipy.special" in sys.modules)
"""
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    said = [
        subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["True\n", "False\n"]
