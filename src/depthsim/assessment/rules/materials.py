"""Rules on application materials and the forms to download."""

from __future__ import annotations

import re
from collections.abc import Iterator

from depthsim.assessment.rules._rule import GBT_39046, Hit, Rules, Surroundings
from depthsim.assessment.rules.identity import outside
from depthsim.errors import Path
from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Attachment, GuideMaterial

RULES = Rules()

VAGUE = re.compile(
    "其他材料|其它材料|其他资料|其它资料|相关材料|相关资料|有关材料|有关资料|相关证明|有关证明|其他证明|其它证明|"
    "等材料|等资料|等相关|等有关|其他文件|其它文件|相关文件|有关文件|"
    r"\b(?:other|relevant|related) (?:materials?|documents?|papers?)\b",
    re.IGNORECASE,
)
"""Words behind which an office can ask for anything."""


def _materials(guide: ServiceGuide) -> Iterator[tuple[Path, GuideMaterial]]:
    for number, material in enumerate(guide.materials or ()):
        yield ("materials", number), material


@RULES.wrong("DS840", "C2-1")
def materials_are_named(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """No material is called 'other materials' or the like."""
    for path, material in _materials(guide):
        if found := VAGUE.search(material.name.zh) or VAGUE.search(material.name.en):
            yield (*path, "name"), {"given": material.name, "phrase": found[0]}


@RULES.wrong("DS841", "C2-1")
def materials_are_named_once(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """No two materials have the same name, unless they are for different situations."""
    seen: dict[tuple[str, str | None], int] = {}
    for number, material in enumerate(guide.materials or ()):
        key = (material.name.zh, material.condition)
        if key in seen:
            yield ("materials", number, "name"), {"given": material.name, "first": seen[key] + 1}
        seen.setdefault(key, number)


@RULES.missing("DS842", "C2-2")
def materials_have_a_source(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Each material says where it comes from, or which body issues it."""
    for path, material in _materials(guide):
        if material.issued_by is None and material.source in (None, "government", "intermediary", "other"):
            yield path, {"given": material.name}


@RULES.missing("DS843", "C2-3")
def materials_say_how_many(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Each material says how many originals and copies."""
    for path, material in _materials(guide):
        electronic = material.medium == ("electronic",)
        if material.originals is None and material.copies is None and not electronic:
            yield path, {"given": material.name}


@RULES.missing("DS844", "C2-4")
def materials_have_a_medium(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Each material says in which medium."""
    for path, material in _materials(guide):
        if not material.medium:
            yield path, {"given": material.name}


@RULES.wrong("DS845", "C2-2", "C2-4", source=GBT_39046)
def words_of_materials_are_listed(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Type, source, medium and necessity of a material stand in their lists."""
    for path, material in _materials(guide):
        words = [("type", "material_type", material.type), ("source", "material_source", material.source)]
        words += [("necessity", "necessity", material.necessity)]
        words += [("medium", "medium", word) for word in material.medium or ()]
        for field, code_list, word in words:
            if word is not None and word not in CODE_LISTS[code_list]:
                yield (*path, field), outside(word, code_list)


@RULES.missing("DS846", "C4-1")
def forms_can_be_downloaded(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A form to fill in can be downloaded blank."""
    for path, material in _materials(guide):
        if material.type == "form" and material.form is None:
            yield path, {"given": material.name}


@RULES.missing("DS847", "C4-2")
def forms_have_a_sample(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A form to fill in has a filled-in sample."""
    for path, material in _materials(guide):
        if material.type == "form" and material.sample is None:
            yield path, {"given": material.name}


@RULES.wrong("DS848", "C4-2", "C4-4")
def samples_are_no_blanks(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The sample of a form is another file than the blank form."""
    for path, material in _materials(guide):
        blank, sample = material.form, material.sample
        if blank is None or sample is None:
            continue
        if (blank.url and blank.url == sample.url) or (blank.sha256 and blank.sha256 == sample.sha256):
            yield (*path, "sample"), {"given": material.name}


def _attachments(guide: ServiceGuide) -> Iterator[tuple[Path, Attachment]]:
    for path, material in _materials(guide):
        for field, attachment in (("form", material.form), ("sample", material.sample)):
            if attachment is not None:
                yield (*path, field), attachment
    if guide.result and guide.result.sample:
        yield ("result", "sample"), guide.result.sample


@RULES.wrong("DS849", "C4-3")
def attachments_work(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """No file to download was found dead, garbled or another item's; none is named without an address."""
    for path, attachment in _attachments(guide):
        if attachment.state not in (None, "works"):
            yield path, {"given": attachment.name or attachment.url or "", "state": f"attachment_{attachment.state}"}


@RULES.wrong("DS850", "C4-1", "C4-2", "B3-2")
def attachments_have_an_address(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A file to download that is named has an address, or at least a fingerprint."""
    for path, attachment in _attachments(guide):
        if attachment.url is None and attachment.sha256 is None:
            indicator = {"form": "C4-1", "sample": "C4-2"}[str(path[-1])] if path[0] == "materials" else "B3-2"
            yield path, {"given": attachment.name or "", "indicator": indicator}


@RULES.wrong("DS851", "E2-2")
def gaps_are_allowed_where_materials_may_follow(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A material may follow only where applications with gaps are accepted."""
    for path, material in _materials(guide):
        if material.necessity == "may_follow" and guide.accept_with_gaps is False:
            yield (*path, "necessity"), {"given": material.name}


@RULES.wrong("DS852", "C2-3")
def materials_are_asked_for_at_all(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A material on paper is asked for at least once: not 0 originals and 0 copies."""
    for path, material in _materials(guide):
        paper = material.medium is not None and "electronic" not in material.medium
        if paper and not material.e_licence and material.originals == 0 and material.copies == 0:
            yield (*path, "copies"), {"given": material.name}
