"""Read a model card's figure and the text it was measured on.

Anybody may have written a card that was pulled from the Hub, so malformed values count as missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard
from yaml import YAMLError

from charlstm.text.decoding import is_whole
from charlstm.text.sources import HUB_CONFIG, HUB_ID
from charlstm.text.spec import BRACKETS, WIKITEXT2, CorpusSpec
from charlstm.texts import recognized

_SPECS = {
    ("wikitext2", None): WIKITEXT2,
    (HUB_ID, HUB_CONFIG): WIKITEXT2,
    ("brackets", None): BRACKETS,
}
"""(dataset, configuration) in a card -> spec, of the texts that every machine can load."""
_LARGEST_FIGURE = 1_000_000
_LONGEST_NAME = 200
_MOST_TEXTS, _LONGEST_TEXT = 8, 400  # seed texts, and characters of one


@dataclass(frozen=True)
class CardFacts:
    """The facts in a card's front matter.

    Attributes:
        bpc: bits per character; None if the card has no figure.
        measured_on: the card's name of the text of that figure; "" without a figure.
        corpus: the spec of that text, if every machine can load it, else None.
        seed_texts: its examples of what to begin with (``widget``), as the Hub's own pages have.
    """

    bpc: float | None = None
    measured_on: str = ""
    corpus: CorpusSpec | None = None
    seed_texts: tuple[str, ...] = ()


def read_card(path: Path) -> CardFacts:
    """The facts of a card; all of them missing if the card is missing or can't be parsed."""
    try:
        data = ModelCard.load(path, ignore_metadata_errors=True).data
        results = data.eval_results or []
    except (OSError, ValueError, YAMLError, RecursionError):
        return CardFacts()
    texts = [[result.dataset_type, result.dataset_config] for result in results]
    corpus = next((spec for text, spec in _SPECS.items() if list(text) in texts), None)
    texts_of_card = _seed_texts(data.get("widget"))
    for result in results:
        if _is_figure(result):
            name = result.dataset_name[:_LONGEST_NAME]
            return CardFacts(float(result.metric_value), name, corpus, texts_of_card)
    return CardFacts(corpus=corpus, seed_texts=texts_of_card)


def in_words(said: str) -> str:
    """What a card or a shipped history says of its text or its computer, for the page: in the
    visitor's language if it is a run's own phrase or that of a shipped checkpoint."""
    return recognized(said, "checkpoints.shipped.", "text.described.", "text.characters")


def _seed_texts(examples: object) -> tuple[str, ...]:
    listed = examples if isinstance(examples, list) else []
    given = [each.get("text") for each in listed if isinstance(each, dict)]
    texts = [text for text in given if isinstance(text, str) and 0 < len(text) <= _LONGEST_TEXT]
    return tuple(text for text in texts if is_whole(text))[:_MOST_TEXTS]


def _is_figure(result: EvalResult) -> bool:
    value = result.metric_value
    return (
        result.metric_type == "bpc"
        and isinstance(value, int | float)
        and 0 <= value < _LARGEST_FIGURE  # not true of NaN
        and isinstance(result.dataset_name, str)
    )
