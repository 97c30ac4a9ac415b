"""The course.yml of a bundle: what a student's copy of the course needs to know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from torchgrade.course import Course, Exercise, Limits
from torchgrade.text import Text
from torchgrade.timing.model import TimingRules

__all__ = ["description"]


def description(course: Course, exercises: Sequence[Exercise]) -> str:
    """course.yml for those of the course's ``exercises``, with their chapters."""
    return "\n".join(_lines(course, exercises)) + "\n"


def _lines(course: Course, exercises: Sequence[Exercise]) -> Iterator[str]:
    yield "# Made by “course release”; a change here changes nothing in how answers are graded."
    yield "format: 1"
    yield f"title: {_text(course.title)}"
    yield f"languages: {_flow(course.languages)}"
    yield "sandbox: process"
    yield f"limits: {_limits(course.limits)}"
    if course.timing != TimingRules():
        yield f"timing: {_flow(asdict(course.timing))}"
    yield "chapters:"
    for chapter in course.chapters:
        chosen = [exercise for exercise in chapter.exercises if exercise in exercises]
        if not chosen:
            continue
        yield f"  {chapter.name}:"
        yield f"    title: {_text(chapter.title)}"
        if chapter.due is not None:
            yield f"    due: {_flow(chapter.due.isoformat())}"
        yield "    exercises:"
        for exercise in chosen:
            yield from _exercise(exercise, course)


def _exercise(exercise: Exercise, course: Course) -> Iterator[str]:
    yield f"      {exercise.name}:"
    yield f"        points: {_number(exercise.points)}"
    if exercise.written:
        yield f"        written: {_number(exercise.written)}"
    if exercise.topics:
        yield f"        topics: {_flow(exercise.topics)}"
    if exercise.limits != course.limits:
        yield f"        limits: {_limits(exercise.limits)}"
    if exercise.hints:
        yield "        hints:"
        yield from (f"          - {_text(hint)}" for hint in exercise.hints)


def _text(wording: Text) -> str:
    return _flow(dict(wording.versions))


def _limits(limits: Limits) -> str:
    return _flow(
        {
            "seconds": limits.seconds,
            "exercise_seconds": limits.exercise_seconds,
            "memory": limits.memory,
            "processes": limits.processes,
            "output": limits.output,
        }
    )


def _number(value: float) -> str:
    return f"{int(value)}" if value == int(value) else repr(value)


def _flow(value: object) -> str:
    """JSON, which is YAML as well."""
    return json.dumps(value, ensure_ascii=False)
