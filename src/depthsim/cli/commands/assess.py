"""`depthsim assess`: the indicators of a scheme, the score, what is missing, what a scenario would move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from depthsim.cli._layout import Cell, Column
from depthsim.cli._parameters import Command, Day, Number, argument, json_option, option
from depthsim.cli._parameters import command as _command
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words
from depthsim.errors import Severity
from depthsim.texts import text

if TYPE_CHECKING:
    from datetime import date

    from depthsim.assessment.outcome import Result
    from depthsim.verbs.assess import Assessed

MOST_NAMES = 5
_COLOURS = {"computed": "green", "partial": "cyan", "entered": "cyan", "not_assessed": "bright_black"}


def command(say: Words) -> Command:
    """Return the command in one language."""

    @_command("assess", say)
    @argument("path", say, "path")
    @option("--evidence", say=say, words="evidence", metavar="file", multiple=True)
    @option("--cases", say=say, words="case_log", metavar="file", multiple=True)
    @option("--weights", say=say, words="weights", metavar="file")
    @option("--scenario", say=say, words="what_if", metavar="name_or_file")
    @option("--fix", "fixes", say=say, words="fix", metavar="code", multiple=True)
    @option("--department", say=say, words="department", metavar="department")
    @option("--sample", say=say, words="sample", metavar="number", type=Number(say, 1, 1_000_000))
    @option("--seed", say=say, words="seed_plain", metavar="number", type=Number(say), default=1)
    @option("--scheme", say=say, words="indicators", metavar="name_or_file", default="fuzhou_2018", show_default=True)
    @option("-o", "--output", say=say, words="assess_output", metavar="folder")
    @option("--date", "when", say=say, words="date_of_lists", metavar="date", type=Day(say))
    @json_option(say)
    @click.pass_obj
    def assess(
        screen: Screen,
        path: str,
        evidence: tuple[str, ...],
        cases: tuple[str, ...],
        weights: str | None,
        scenario: str | None,
        fixes: tuple[str, ...],
        department: str | None,
        sample: int | None,
        seed: int,
        scheme: str,
        output: str | None,
        when: date | None,
        as_json: bool,
    ) -> int:
        from depthsim.verbs.assess import assess as verb

        found = verb(
            path, scheme=scheme, evidence=evidence, weights=weights, scenario=scenario, fixes=fixes,
            department=department, seed=seed, sample=sample, cases=cases,
        )  # fmt: skip
        if as_json:
            screen.json(found.to_json(screen.lang))
        else:
            _show(screen, found)
        if output is not None:
            for file in found.save(output, lang=screen.lang, when=when):
                if not as_json:
                    screen.line(say("written", file=str(file)))
        return 0

    return assess


def _show(screen: Screen, found: Assessed) -> None:
    say, subject = screen.say, found.assessment.subject
    screen.heading(say("assess.title", system=subject.system.name, scheme=found.scheme.name))
    if subject.department is not None:
        words = {"department": subject.department, "number": len(subject.guides)}
        screen.paragraph(say("assess.of_department", **words))
    elif subject.unpublished:
        screen.paragraph(
            say("assess.without_guide", number=len(subject.unpublished), items=subject.unpublished[:MOST_NAMES])
        )
    for first in found.scheme.groups:
        for second in first.groups:
            points = found.score.groups[second.code]
            title = say("assess.group", code=second.code, name=second.name)
            if points is not None:
                title += "  " + say("assess.score_of", points=f"{points:.1f}")
            screen.heading(title)
            screen.table(_columns(say), [_row(found[i.code], say) for i in second.indicators])
    _sums(screen, found)
    _missing(screen, found)
    if found.scenario is not None:
        _moves(screen, found)
    if subject.department is None:
        _departments(screen, found)
    screen.line()
    screen.paragraph(say("assess.see"))


def _columns(say: Words) -> list[Column]:
    return [
        Column(say("table.indicator"), wide=True),
        Column(say("table.status")),
        Column(say("table.value"), right=True),
        Column(say("table.share_of"), right=True),
        Column(say("table.points"), right=True),
        Column(say("table.number_of_findings"), right=True),
    ]


def _row(result: Result, say: Words) -> list[str | Cell]:
    return [
        f"{result.code} {getattr(result.indicator.name, say.lang)}",
        Cell(text(f"assess.status.{result.status}", say.lang), _COLOURS[result.status]),
        value_words(result, say),
        _share_of(result, say),
        say("unknown") if result.points is None else f"{result.points:.0f}",
        str(len(result.findings)) if result.findings else "",
    ]


def value_words(result: Result, say: Words, value: float | None = None) -> str:
    """Return a value as people read it: a share in per cent, yes or no, days, visits."""
    number = result.value if value is None else value
    if number is None:
        return say("unknown")
    kind = result.indicator.value
    if kind == "yes_no" and number in (0, 1):
        return text(f"assess.value.{'yes' if number else 'no'}", say.lang)
    if kind in ("days", "visits"):
        return text(f"assess.value.{kind}", say.lang, number=f"{number:.2f}")
    return f"{number:.1%}"


def _share_of(result: Result, say: Words) -> str:
    if result.denominator is None or result.numerator is None:
        return say("unknown")
    return f"{_plain(result.numerator)}/{_plain(result.denominator)}"


def _plain(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def _points(points: float | None, say: Words) -> str:
    return say("assess.no_total") if points is None else f"{points:.1f}"


def _sums(screen: Screen, found: Assessed) -> None:
    say = screen.say
    statuses = [r.status for r in found.results]
    findings = found.assessment.findings
    screen.line()
    screen.paragraph(
        say(
            "assess.counts",
            all=len(statuses),
            findings=len(findings),
            errors=sum(f.severity is Severity.ERROR for f in findings),
            warnings=sum(f.severity is Severity.WARNING for f in findings),
            **{name: statuses.count(name) for name in ("computed", "partial", "entered", "not_assessed")},
        )
    )
    total = _points(found.score.total, say)
    if found.weights is None:
        screen.paragraph(say("assess.unofficial", total=total))
    else:
        screen.paragraph(say("assess.weighted", weights=found.weights.name, total=total))
    groups = tuple(
        say("assess.group_points", code=g.code, name=g.name, points=_points(found.score.groups[g.code], say))
        for g in found.scheme.groups
    )
    screen.paragraph(say("assess.groups", groups=groups))
    if found.score.left_out:
        screen.paragraph(say("assess.left_out", codes=found.score.left_out))


def _missing(screen: Screen, found: Assessed) -> None:
    """Print what is missing, each thing once with the indicators that miss it."""
    from depthsim.verbs.assessment_words import need_words

    say = screen.say
    codes: dict[str, list[str]] = {}
    for result in found.results:
        for need in result.outcome.needs:
            codes.setdefault(need_words(need, say.lang), []).append(result.code)
    if not codes:
        return
    screen.heading(say("assess.needs"))
    for words, some in codes.items():
        screen.paragraph(say("assess.need", codes=tuple(some), need=words), 2)


def _moves(screen: Screen, found: Assessed) -> None:
    say, scenario = screen.say, found.scenario
    assert scenario is not None
    named: Any = scenario.name
    if found.fixes:
        named = say("assess.and_fixes", scenario=scenario.name, codes=found.fixes)
    if not found.moves:
        screen.heading(say("assess.no_moves", scenario=named))
        return
    after = found.after_score.total if found.after_score else None
    sides = {"before": _points(found.score.total, say), "after": _points(after, say)}
    screen.heading(say("assess.moves", scenario=named, **sides))
    columns = [
        Column(say("table.indicator"), wide=True),
        Column(say("table.value"), right=True),
        Column(say("table.points"), right=True),
    ]
    rows: list[list[str | Cell]] = []
    for move in found.moves:
        values = say("assess.sides", before=value_words(move.before, say), after=value_words(move.after, say))
        points = "" if move.points is None else f"{move.points:+.1f}"
        colour = "" if not move.points else "green" if move.points > 0 else "red"
        rows.append(
            [f"{move.before.code} {getattr(move.before.indicator.name, say.lang)}", values, Cell(points, colour)]
        )
    screen.table(columns, rows)
    screen.paragraph(say("assess.declared_stays"))


def _departments(screen: Screen, found: Assessed) -> None:
    say = screen.say
    if len(found.departments) < 2:
        return
    system = found.assessment.subject.system
    screen.heading(say("assess.departments"))
    columns = [
        Column(say("table.department"), wide=True),
        Column(say("table.number_of_guides"), right=True),
        Column(say("table.points"), right=True),
    ]
    rows: list[list[str | Cell]] = []
    for one in found.departments:
        named = system.departments.get(one.department) or (system.city and system.city.departments.get(one.department))
        name = getattr(named.name, say.lang) if named else one.department
        rows.append([name, str(one.guides), _points(one.score.total, say)])
    screen.table(columns, rows)
