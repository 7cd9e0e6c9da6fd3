"""One character on its way through the chosen checkpoint, for `cell.js`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import user_error
from charlstm.model.cell import LayerPass, last_character
from charlstm.model.sampler import Sampler
from charlstm.ui.components.contract import TextQuestion, Whole
from charlstm.ui.components.limits import check_characters
from charlstm.ui.components.visitor import asker
from charlstm.ui.components.words import character_name

TEMPERATURE, DICE = 0.5, 7
"""What the next character is drawn with: a column of the Temperature tab."""
MOST_CHARACTERS = 400
_LISTED = 8  # characters that could come next
_DIGITS = 3


@dataclass(frozen=True)
class CharacterQuestion(TextQuestion):
    """A request for the numbers of a text's last character.

    Attributes:
        layer: counted from 1.
        typed: how many of the text's characters a person typed; the dice drew the others.
    """

    layer: Annotated[Whole, Field(ge=1)]
    typed: Annotated[Whole, Field(ge=1)]


@dataclass(frozen=True)
class CellValues:
    """A layer's gates and memory at the character, see `LayerPass`; a number for each unit."""

    before: list[float]
    forget: list[float]
    input: list[float]
    candidate: list[float]
    output: list[float]
    c: list[float]
    h: list[float]


@dataclass(frozen=True)
class NextCharacter:
    """A character that could come next: its logit, its chance, and its chance at `TEMPERATURE`."""

    name: str
    logit: float
    chance: float
    cold: float


@dataclass(frozen=True)
class CharacterAnswer:
    """A character on its way through the model.

    Attributes:
        name, id: of the character.
        embedding: its row.
        layers: the model's number of layers.
        layer: the one of `values`.
        listed: the likeliest next characters, likeliest first, then the drawn one if it is not
            among them.
        drawn: the character that the dice draw; `drawn_name` is its name.
    """

    name: str
    id: int
    embedding: list[float]
    layers: int
    layer: int
    values: CellValues
    listed: list[NextCharacter]
    drawn: str
    drawn_name: str
    temperature: float = TEMPERATURE
    dice: int = DICE


def character_shown(checkpoints: Checkpoints, asked: CharacterQuestion) -> CharacterAnswer:
    """The numbers of a text's last character.

    Raises:
        UserError: the text is empty or too long, or there is no such checkpoint.
    """
    text = check_characters(asked.text, "text", MOST_CHARACTERS)
    if not text:
        raise user_error("components.empty.text")
    sampler = checkpoints.sampler(asked.checkpoint).asked_by(asker(urgent=True))
    found = last_character(sampler, text)
    layer = min(asked.layer, len(found.layers))
    step = max(len(text) - asked.typed, 0)
    drawn = sampler.sample(text, [TEMPERATURE], 1, DICE, first_step=step)[0][0][-1]
    return CharacterAnswer(
        name=character_name(text[-1]),
        id=found.id,
        embedding=_short(found.embedding),
        layers=len(found.layers),
        layer=layer,
        values=_values(found.layers[layer - 1]),
        listed=_listed(sampler, found.logits, drawn),
        drawn=drawn,
        drawn_name=character_name(drawn),
    )


def _values(layer: LayerPass) -> CellValues:
    return CellValues(**{name: _short(values) for name, values in vars(layer).items()})


def _listed(sampler: Sampler, logits: np.ndarray, drawn: str) -> list[NextCharacter]:
    """UNK is never drawn, so it has no chance here, as in `Sampler.distribution`."""
    open_to = torch.from_numpy(logits.copy())
    open_to[sampler.vocab.unk_id] = -math.inf
    own, cold = (Sampler.distribution(open_to, at).tolist() for at in (1.0, TEMPERATURE))
    ids = open_to.argsort(descending=True, stable=True)[:_LISTED].tolist()
    ids = [i for i in ids if i != sampler.vocab.unk_id]
    won = sampler.vocab.characters.index(drawn)
    return [
        NextCharacter(
            character_name(sampler.vocab.characters[i]),
            round(float(logits[i]), 2),
            round(own[i], 6),
            round(cold[i], 6),
        )
        for i in [*ids, *([won] if won not in ids else [])]
    ]


def _short(values: np.ndarray) -> list[float]:
    return [round(value, _DIGITS) for value in values.tolist()]
