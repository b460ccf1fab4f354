"""Where the weights of knowledge/asking.py come from: `python -m tests.benchmarks.fit`.

Every question of our own set is a choice among the entries; an entry is right when its answer holds what the question
must hold. Softmax regression over the looks of an entry, five parts in turn kept aside, gives the weights and the share
of questions whose first entry is right. Prints only; what is taken over is written by hand, rounded.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge import Asker, Knowledge
from knowledge.asking import _FIGURE, _YEAR, facet_of
from knowledge.words import normal
from tests.benchmarks.scoring import Said, is_right, read

Floats = npt.NDArray[np.float64]
QUESTIONS = Path(__file__).parents[2] / "knowledge" / "questions" / "answers.jsonl"
LOOKS = ("whole", "sound", "title", "answer", "topic", "called", "facet", "figure", "year", "place", "away")
TRIED = 40  # entries that a question is chosen among


def looks(asker: Asker, written: str) -> Floats:
    """Each look at each entry: a row an entry, a column a look."""
    text = normal(written)
    places = asker._places(text)
    bare = asker.without_places(text) or text
    entries = asker.library.entries
    whole = asker._whole.of(bare)
    named = np.zeros(len(asker._topic_starts))
    for names in asker._called.values():
        for word, number in names:
            if word in bare:
                named[number] = max(named[number], 1 + 0.1 * len(word))
    figures = {figure: bool(_YEAR.fullmatch(figure)) for figure in _FIGURE.findall(bare)}
    facet = facet_of(bare)
    none = np.zeros(len(entries))
    far = np.minimum(asker._far(tuple(places)), 0.5) if places else asker._away
    return np.stack(
        [
            whole, asker._sound.of(bare), asker._title.of(bare), asker._answer.of(bare),
            np.maximum.reduceat(whole, asker._topic_starts)[asker._topic_of], named[asker._topic_of],
            asker._facets[facet] * 1.0 if facet in asker._facets else none,
            np.array([sum(f in e.answer for f, is_year in figures.items() if not is_year) for e in entries], float),
            np.array([sum(f in e.answer for f, is_year in figures.items() if is_year) for e in entries], float),
            asker._here(tuple(places)) * 1.0 if places else none, far,
        ],
        1,
    )  # fmt: skip


def fit(chosen: Sequence[tuple[Floats, npt.NDArray[np.bool_]]], start: Floats) -> Floats:
    """Weights under which a right entry is likeliest to come first (Adam, drawn back to where they started)."""
    table, right = np.stack([rows for rows, _ in chosen]), np.stack([ok for _, ok in chosen])
    weights, slope, spread = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for _ in range(800):
        score = table @ weights
        likely = np.exp(score - score.max(1, keepdims=True))
        likely /= likely.sum(1, keepdims=True)
        wanted = likely * right
        wanted /= wanted.sum(1, keepdims=True)
        step = np.einsum("nc,ncf->nf", likely - wanted, table).mean(0) + 0.003 * (weights - start)
        slope, spread = 0.9 * slope + 0.1 * step, 0.99 * spread + 0.01 * step * step
        weights -= 0.05 * slope / (np.sqrt(spread) + 1e-8)
    return weights


def main() -> None:
    asker = Knowledge.load("营口").asker
    start = np.array([asdict(asker.weights)[look] for look in LOOKS])
    chosen = []
    answers = [Said(e.answer, True, tuple(c.document for c in e.sources)) for e in asker.library.entries]
    for item in read(QUESTIONS):
        if len(item["turns"]) > 1 or item["kind"] == "calc":
            continue
        rows = looks(asker, item["turns"][0])
        right = np.array([is_right(answer, item) for answer in answers])
        first = np.argsort(-(rows @ start))[:TRIED]
        if right[first].any():
            chosen.append((rows[first], right[first]))
    order = np.random.default_rng(1).permutation(len(chosen))
    shares = []
    for part in range(5):
        aside = [chosen[i] for i in order[part::5]]
        weights = fit([chosen[i] for other in range(5) if other != part for i in order[other::5]], start)
        shares.append(np.mean([ok[np.argmax(rows @ weights)] for rows, ok in aside]))
    now = np.mean([ok[np.argmax(rows @ start)] for rows, ok in chosen])
    weights = fit(chosen, start)
    print(f"{len(chosen)} 题；现在的权：{now:.3f} 第一条就对；重新定权，轮流留出五分之一：{np.mean(shares):.3f}")
    for look, before, after in zip(LOOKS, start, weights, strict=True):
        print(f"  {look:8} 现在 {before:5.1f}  重定 {after:5.1f}")


if __name__ == "__main__":
    main()
