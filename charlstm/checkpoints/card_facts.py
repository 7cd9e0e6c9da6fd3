"""Read a model card's figure and the text it was measured on.

Anybody may have written a card that was pulled from the Hub, so malformed values count as missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard
from yaml import YAMLError

from charlstm.text.sources import HUB_CONFIG, HUB_ID
from charlstm.text.spec import BRACKETS, WIKITEXT2, CorpusSpec

_SPECS = {
    ("wikitext2", None): WIKITEXT2,
    (HUB_ID, HUB_CONFIG): WIKITEXT2,
    ("brackets", None): BRACKETS,
}
"""(dataset, configuration) in a card -> spec, of the texts that every machine can load."""
_LARGEST_FIGURE = 1_000_000
_LONGEST_NAME = 200


@dataclass(frozen=True)
class CardFacts:
    """The facts in a card's front matter.

    Attributes:
        bpc: bits per character; None if the card has no figure.
        measured_on: the card's name of the text of that figure; "" without a figure.
        corpus: the spec of that text, if every machine can load it, else None.
    """

    bpc: float | None = None
    measured_on: str = ""
    corpus: CorpusSpec | None = None


def read_card(path: Path) -> CardFacts:
    """The facts of a card; all of them missing if the card is missing or can't be parsed."""
    try:
        results = ModelCard.load(path, ignore_metadata_errors=True).data.eval_results or []
    except (OSError, ValueError, YAMLError, RecursionError):
        return CardFacts()
    texts = [[result.dataset_type, result.dataset_config] for result in results]
    corpus = next((spec for text, spec in _SPECS.items() if list(text) in texts), None)
    for result in results:
        if _is_figure(result):
            name = result.dataset_name[:_LONGEST_NAME]
            return CardFacts(float(result.metric_value), name, corpus)
    return CardFacts(corpus=corpus)


def _is_figure(result: EvalResult) -> bool:
    value = result.metric_value
    return (
        result.metric_type == "bpc"
        and isinstance(value, int | float)
        and 0 <= value < _LARGEST_FIGURE  # not true of NaN
        and isinstance(result.dataset_name, str)
    )
