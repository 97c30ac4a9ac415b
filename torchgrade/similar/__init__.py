"""Who wrote what others wrote: pairs of answers that are more alike than chance, for a person.

`search` finds the pairs of a class, `alignment` the parts that two sources have in common. Neither
gives a verdict, and nothing here touches marks.
"""

from __future__ import annotations

from torchgrade.similar.search import (
    Base,
    Cluster,
    Couple,
    ExerciseSimilarity,
    Given,
    Pair,
    Similarity,
    similarity,
)

__all__ = [
    "Base",
    "Cluster",
    "Couple",
    "ExerciseSimilarity",
    "Given",
    "Pair",
    "Similarity",
    "similarity",
]
