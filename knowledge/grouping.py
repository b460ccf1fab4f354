"""Grouping: questions that ask the same, for those who write one answer to them all."""

from collections.abc import Sequence

import numpy as np

from knowledge.search import Likeness
from knowledge.words import normal

ALIKE = 0.5  # likeness from which two questions are one
ALIKE_BESIDE = 0.3  # the same, where both got the same entry


def group(questions: Sequence[str], entries: Sequence[str], usual: Sequence[str] = ()) -> list[list[int]]:
    """The positions of the questions, those that ask the same together; the first of a group speaks for it.
    `entries`: the entry that each got, or ''; `usual`: other questions, which tell a telling word from one that all
    use. Questions come most important first."""
    if not questions:
        return []
    likeness = Likeness([(question,) for question in (*questions, *usual)])
    taken = np.zeros(len(questions), bool)
    of = np.array([hash(entry) if entry else 0 for entry in entries])
    groups: list[list[int]] = []
    for first in range(len(questions)):
        if taken[first]:
            continue
        near = likeness.of_rows(normal(questions[first]))[: len(questions)]
        beside = (of == of[first]) & bool(entries[first])
        same = ~taken & ((near >= ALIKE) | (beside & (near >= ALIKE_BESIDE)))
        same[first] = True
        taken |= same
        groups.append([first, *(int(number) for number in np.flatnonzero(same) if number != first)])
    return groups
