"""Settings of a training, and presets of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import torch

from charlstm.errors import user_error


@dataclass(frozen=True)
class TrainConfig:
    """All settings that determine the numbers of a training.

    Attributes:
        embed_size, hidden_size, n_layers, dropout, output_dropout, weight_drop: arguments of the
            `CharLSTM`.
        orthogonal: initialize with orthogonal recurrent weights and a forget bias of 1 (Jozefowicz
            et al. 2015); otherwise with torch's defaults.
        batching: "windows" at random positions, hidden at zero each time, or "streams" with carried
            hidden.
        streams: rows of a batch.
        window: characters a row.
        learning_rate: peak learning rate.
        betas: of Adam (AdamW without weight decay, which is Adam).
        warmup: steps in which the learning rate rises linearly from zero.
        flat: share of all steps after which the learning rate falls to zero; at 1 it never falls.
        fall: "line" or "cosine", the shape of the fall.
        average: decay of an exponential moving average of the weights (Polyak and Juditsky 1992),
            which is then the model that is scored and saved. 0 for no average.
        clip: the largest gradient norm; larger gradients are scaled down to it.
        validate_every: steps between validations; none is made in the last quarter of that before
            the end, where the whole validation text is scored.
        steps: budget in steps; None if it is in seconds.
        seconds: budget of wall-clock time from the first step on, validations included; None if it
            is in steps.
        seed: random seed of weights, batches and dropout.
        fresh: probability that a stream starts a window from a hidden of zeros, besides the first
            window of each pass. Settings saved by earlier versions have none: 0.
        classes: the most character classes in training (`charlstm.training.classes`); None for one
            a character.
        unigram: initialize as a unigram model (`charlstm.training.start.start_unigram`), and train
            one bias a gate.
        output_rate: learning rate of the last layer, as a multiple of that of the others.
    """

    embed_size: int
    hidden_size: int
    n_layers: int
    dropout: float
    output_dropout: float
    weight_drop: float
    orthogonal: bool
    batching: Literal["windows", "streams"]
    streams: int
    window: int
    learning_rate: float
    betas: tuple[float, float]
    warmup: int
    flat: float
    fall: Literal["line", "cosine"]
    average: float
    clip: float
    validate_every: int
    steps: int | None
    seconds: float | None
    seed: int
    fresh: float = 0.0
    classes: int | None = None
    unigram: bool = False
    output_rate: float = 1.0

    def with_budget(self, steps: int | None, seconds: float | None) -> TrainConfig:
        """The same settings with another budget; unchanged if both arguments are None.

        Raises:
            UserError: neither is None, or the budget is not above zero.
        """
        if steps is not None and seconds is not None:
            raise user_error("training.two_budgets")
        budget = steps if seconds is None else seconds
        if budget is None:
            return self
        if not budget > 0:
            raise user_error("training.no_budget")
        return replace(self, steps=steps, seconds=seconds)


_BASE = TrainConfig(
    embed_size=32,
    hidden_size=288,
    n_layers=1,
    dropout=0.0,
    output_dropout=0.0,
    weight_drop=0.0,
    orthogonal=True,
    batching="streams",
    streams=32,
    window=24,
    learning_rate=7e-3,
    betas=(0.8, 0.99),
    warmup=50,
    flat=0.3,
    fall="line",
    average=0.0,
    clip=1.0,
    validate_every=1000,
    steps=None,
    seconds=60.0,
    seed=0,
    fresh=0.01,
    classes=112,
    unigram=True,
    output_rate=3.0,
)

# .github/NOTES.md has the settings that were tried for them, with figures.
PRESETS = {
    # A minute on two cores.
    "quick": _BASE,
    # Ten minutes on two cores.
    "better": replace(
        _BASE,
        embed_size=64,
        hidden_size=512,
        dropout=0.05,
        output_dropout=0.1,
        window=32,
        learning_rate=5e-3,
        warmup=100,
        seconds=600.0,
    ),
    # Two hours on two cores. The shipped models were trained with its values for CUDA (below).
    "best": replace(
        _BASE,
        embed_size=64,
        hidden_size=640,
        n_layers=2,
        dropout=0.1,
        output_dropout=0.2,
        weight_drop=0.15,
        streams=48,
        window=128,
        learning_rate=3e-3,
        betas=(0.9, 0.99),
        warmup=100,
        fall="cosine",
        average=0.998,
        validate_every=500,
        seconds=7200.0,
    ),
    # The notebook's hyperparameters, unchanged; its mistakes are corrected elsewhere.
    "notebook": replace(
        _BASE,
        embed_size=512,
        hidden_size=2048,
        dropout=0.5,
        orthogonal=False,
        batching="windows",
        streams=512,
        window=100,
        learning_rate=0.002,
        betas=(0.9, 0.999),
        warmup=0,
        flat=1.0,
        clip=5.0,
        validate_every=200,
        steps=500,
        seconds=None,
        fresh=0.0,
        classes=None,
        unigram=False,
        output_rate=1.0,
    ),
}


# A CUDA card reads a hundred times as many characters a second, so it reads the text many times,
# and dropout matters. The values above were not tried on one: these are those that were measured.
_BEFORE: dict[str, Any] = {
    "embed_size": 64,
    "betas": (0.9, 0.99),
    "validate_every": 500,
    "classes": None,
    "unigram": False,
    "output_rate": 1.0,
}
_ON_CUDA: dict[str, dict[str, Any]] = {
    "quick": {
        **_BEFORE,
        "hidden_size": 1024,
        "output_dropout": 0.3,
        "weight_drop": 0.3,
        "streams": 128,
        "window": 32,
        "learning_rate": 4e-3,
        "flat": 0.5,
        "seconds": 30.0,
    },
    "better": {
        **_BEFORE,
        "hidden_size": 640,
        "n_layers": 2,
        "dropout": 0.1,
        "output_dropout": 0.4,
        "weight_drop": 0.3,
        "streams": 64,
        "window": 128,
        "learning_rate": 2e-3,
        "fall": "cosine",
        "average": 0.999,
        "seconds": 120.0,
    },
    "best": {
        **_BEFORE,
        "dropout": 0.15,
        "output_dropout": 0.4,
        "weight_drop": 0.4,
        "streams": 64,
        "learning_rate": 2e-3,
        "average": 0.999,
        "seconds": 240.0,
    },
}


def preset_config(name: str) -> TrainConfig:
    """The settings of a preset for this machine: three presets have other values on a CUDA card.

    Raises:
        UserError: there is no preset of that name.
    """
    if name not in PRESETS:
        raise user_error("training.no_preset", preset=repr(name), presets=", ".join(PRESETS))
    changes = _ON_CUDA.get(name, {}) if torch.cuda.is_available() else {}
    return replace(PRESETS[name], **changes)
