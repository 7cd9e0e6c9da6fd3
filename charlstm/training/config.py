"""Settings of a training, and the presets that a person chooses among."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import torch

from charlstm.errors import UserError


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides what a training does, and so what its numbers are.

    Attributes:
        embed_size, hidden_size, n_layers, dropout, output_dropout, weight_drop: of the
            `CharLSTM`.
        orthogonal: start with orthogonal recurrent weights and a forget bias of 1 (Jozefowicz et
            al. 2015); otherwise as torch starts them.
        batching: "windows" at random places, hidden at zero each time, or "streams" with carried
            hidden.
        streams: rows of a batch.
        window: characters a row.
        learning_rate: at its highest.
        betas: of Adam (AdamW without weight decay, which is Adam).
        warmup: steps in which the learning rate rises from zero.
        flat: share of all steps after which it falls to zero; at 1 it stays.
        fall: "line" or "cosine", the shape of the fall.
        average: how much of the averaged weights each step keeps (an exponential moving average,
            Polyak and Juditsky 1992); they are what is scored and saved. At 0 nothing is averaged.
        clip: the largest gradient norm.
        validate_every: steps between validations.
        steps: how many steps; None when the budget is in seconds.
        seconds: wall clock from the first step, validation counted in; None when in steps.
        seed: of weights, batches and dropout.
        fresh: share of its windows at which a stream starts from nothing, beside the first of each
            pass. Runs of earlier versions have none.
        classes: characters that are told apart while training
            (`charlstm.training.classes`); None for all.
        unigram: start as a model of character frequencies
            (`charlstm.training.start.start_unigram`), with one bias a gate.
        output_rate: times the learning rate that the last layer learns at.
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
        """The same settings for another budget; both None keeps the preset's own.

        Raises:
            UserError: both are given, or one is not above zero.
        """
        if steps is not None and seconds is not None:
            raise UserError("A budget is in steps or in seconds.", "Give only one of the two.")
        budget = steps if seconds is None else seconds
        if budget is None:
            return self
        if not budget > 0:
            raise UserError("The budget must be above zero.", "Give more steps or seconds.")
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

# What was tried for them, with figures, stands in .github/NOTES.md.
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
    # Two hours on two cores; what ships was trained by its values on a CUDA card (below).
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
    # The notebook's hyperparameters, letter for letter; its mistakes are mended elsewhere.
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


# A CUDA card reads a hundred times as much in a second, so the text is read many times over, and
# dropout counts. The recipe above was not tried on one: these are the values that were measured.
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
    """The settings of a preset on the machine at hand, which may have a CUDA card.

    Raises:
        UserError: there is none of that name.
    """
    if name not in PRESETS:
        raise UserError(
            f"There is no preset called {name!r}.", f"Choose one of {', '.join(PRESETS)}."
        )
    changes = _ON_CUDA.get(name, {}) if torch.cuda.is_available() else {}
    return replace(PRESETS[name], **changes)
