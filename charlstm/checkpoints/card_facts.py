"""What other programs read in a model card: its figure, and the text behind it.

Anybody may have written a card that was pulled from the Hub, so whatever does not read as it
should counts as not said.
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
"""Of the texts that every machine can have, by the dataset and configuration that a card names."""
_LARGEST_FIGURE = 1_000_000
_LONGEST_NAME = 200


@dataclass(frozen=True)
class CardFacts:
    """What a card says in its front matter.

    Attributes:
        bpc: bits per character; None where it gives no figure.
        measured_on: the text of that figure, as the card names it; "" without a figure.
        corpus: that text, if every machine can have it.
    """

    bpc: float | None = None
    measured_on: str = ""
    corpus: CorpusSpec | None = None


def read_card(path: Path) -> CardFacts:
    """The facts of a card; none where there is no card, or none that can be read."""
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
