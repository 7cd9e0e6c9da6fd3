"""Text that a model reads before a person's own: a start from nothing reads as "inside"."""

from __future__ import annotations

from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.brackets import scan
from charlstm.text.corpus import at_hand
from charlstm.text.spec import CorpusKind, CorpusSpec

_WORDS = """ = Harbour of Lindholm = \n \n The harbour of Lindholm lies at the mouth of the river \
Aare , some twelve miles north of the old town . It was built in the first half of the nineteenth \
century by a company of merchants , who needed a place where larger ships could be unloaded in any \
weather . The first stone pier was finished in the spring , and a lighthouse followed two years \
later . In the following decades the harbour grew slowly : a second basin was dug , and a railway \
brought coal and timber from the interior . Today the harbour is used by fishing boats and by a \
small ferry , and the lighthouse is open to visitors in summer . \n """
"""Written for this project in WikiText's spelling, with nothing in it that a unit should tell but
a heading at its start."""
_LANGUAGE_CHARACTERS, _CHARACTERS = 2_000, 600


def warm_up_text(spec: CorpusSpec | None) -> str:
    """A text in a model's own form, after which nothing is open.

    For the bracket language it is 2,000 characters of it; for a person's own text, some 600 of its
    validation split if it is at hand; for all others, 600 that were written for this project.

    Args:
        spec: the model's text (`CheckpointInfo.corpus`); None if unknown.
    """
    if spec is not None and spec.kind is CorpusKind.BRACKETS:
        text = BracketLanguage().sample(_LANGUAGE_CHARACTERS + 400, seed=2)
        return _whole(text, _LANGUAGE_CHARACTERS) or text
    if spec is not None and spec.kind in (CorpusKind.FILE, CorpusKind.HUB):
        corpus = at_hand(spec)
        if corpus is not None:
            text = corpus.vocab.decode(corpus.validation[: 4 * _CHARACTERS].tolist())
            if own := _whole(text, _CHARACTERS):
                return own
    return _WORDS


def _whole(text: str, fewest: int) -> str:
    """The shortest beginning of a text, of at least so many characters, that ends at a space or
    newline outside all brackets; "" if there is none."""
    depth, strays = scan(text).depth, scan(text).strays
    for end in range(fewest, len(text) + 1):
        if text[end - 1].isspace() and depth[end - 1] == 0 and not strays:
            return text[:end]
    return ""
