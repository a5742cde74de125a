"""Make src/depthsim/views/fonts/NotoSansSC-subset.otf from the full Noto Sans SC Regular.

Run by hand when the set of characters changes, never at install:

    python -m pip download --no-deps pylopdf-fonts-zh-cn==0.1.1
    unzip pylopdf_fonts_zh_cn-*.whl pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf
    python tools/make_font.py pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf [TEXT FILE OR FOLDER …]

It needs fontTools (in the `dev` tools). Characters of the named text files that the font has are added
to `tools/font_extra_characters.txt`, so that the next run without those files gives the same font: the
same input, characters and fontTools version give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "src" / "depthsim" / "views" / "fonts" / "NotoSansSC-subset.otf"
EXTRA = ROOT / "tools" / "font_extra_characters.txt"

SOURCE_SHA256 = "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9"

# Whole Unicode blocks; what the font lacks of them is left out.
BLOCKS = (
    (0x0020, 0x007E, "ASCII"),
    (0x00A0, 0x00FF, "Latin-1"),
    (0x2000, 0x206F, "general punctuation"),
    (0x2070, 0x209F, "superscripts and subscripts"),
    (0x20A0, 0x20BF, "currency"),
    (0x2100, 0x214F, "letter-like symbols"),
    (0x2150, 0x218F, "number forms, Roman numerals among them"),
    (0x2190, 0x21FF, "arrows"),
    (0x2200, 0x22FF, "mathematical operators"),
    (0x2460, 0x24FF, "enclosed alphanumerics"),
    (0x2500, 0x257F, "box drawing"),
    (0x2580, 0x259F, "block elements"),
    (0x25A0, 0x25FF, "geometric shapes"),
    (0x2600, 0x26FF, "miscellaneous symbols"),
    (0x2700, 0x27BF, "dingbats, check marks among them"),
    (0x3000, 0x303F, "CJK punctuation"),
    (0x3200, 0x32FF, "enclosed CJK"),
    (0x3300, 0x33FF, "CJK compatibility"),
    (0xFE30, 0xFE4F, "CJK compatibility forms"),
    (0xFF00, 0xFFEF, "full-width forms"),
)
TEXT_SUFFIXES = {".yaml", ".yml", ".md", ".txt", ".json", ".csv"}


def gb2312() -> Iterator[int]:
    """Every code point of GB 2312-80: 6,763 Chinese characters and 682 symbols."""
    for high in range(0xA1, 0xFF):
        for low in range(0xA1, 0xFF):
            try:
                yield ord(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def text_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and p.suffix in TEXT_SUFFIXES)
        else:
            yield path


def extra_characters() -> set[int]:
    if not EXTRA.exists():
        return set()
    lines = EXTRA.read_text(encoding="utf-8").splitlines()
    return {ord(c) for line in lines if not line.startswith("#") for c in line if not c.isspace()}


def write_extra_characters(code_points: set[int]) -> None:
    """Keep the comment lines, then all characters in code point order, forty a line."""
    comments = [x for x in EXTRA.read_text(encoding="utf-8").splitlines() if x.startswith("#")]
    ordered = "".join(map(chr, sorted(code_points)))
    rows = [ordered[i : i + 40] for i in range(0, len(ordered), 40)]
    EXTRA.write_text("\n".join([*comments, *rows]) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("font", type=Path, help="the full NotoSansSC-Regular.otf")
    parser.add_argument("texts", type=Path, nargs="*", help="text files or folders whose characters are added")
    arguments = parser.parse_args()

    digest = hashlib.sha256(arguments.font.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        print(f"{arguments.font}: sha256 is {digest}, expected {SOURCE_SHA256}", file=sys.stderr)
        return 1

    # SOURCE_DATE is not needed: the original's own modification time is kept, so runs are repeatable.
    font = TTFont(arguments.font, recalcTimestamp=False)
    available = set(font.getBestCmap())
    standard = set(gb2312())
    for first, last, _ in BLOCKS:
        standard.update(range(first, last + 1))

    extra = extra_characters()
    for path in text_files(arguments.texts):
        extra.update(map(ord, path.read_text(encoding="utf-8", errors="ignore")))
    lacking = sorted(c for c in extra if c not in available and chr(c).isprintable())
    extra = (extra & available) - standard
    if arguments.texts:
        write_extra_characters(extra)

    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "ccmp", "locl", "mark", "mkmk"]  # horizontal text in one language
    options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG", "BASE"]  # no vertical text
    options.name_IDs = ["*"]  # copyright, licence and version stay in the file, as the OFL wants
    options.name_languages = ["*"]
    options.notdef_outline = True  # a missing character shows as a box, not as nothing
    options.glyph_names = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=(standard | extra) & available)
    subsetter.subset(font)
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    font.save(OUTPUT, reorderTables=True)

    data = OUTPUT.read_bytes()
    print(f"{OUTPUT.relative_to(ROOT)}: {len(font.getBestCmap())} characters, {len(data):,} bytes")
    print(f"sha256 {hashlib.sha256(data).hexdigest()}")
    if lacking:
        print("not in the font:", "".join(map(chr, lacking)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
