"""What the lesson's server functions answer, against other ways to the same numbers."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.ui.notebook.character import (
    DICE,
    MOST_CHARACTERS,
    TEMPERATURE,
    CharacterAnswer,
    CharacterQuestion,
    character_shown,
)
from charlstm.ui.notebook.guessing import PassageQuestion, passage_shown, passages, shares
from tests.ui.conftest import TINY

TEXT = "He was ( "


def shown(checkpoints: Checkpoints, text: str, typed: int = len(TEXT)) -> CharacterAnswer:
    return character_shown(checkpoints, CharacterQuestion(TINY, text, 1, typed))


def test_the_numbers_are_those_of_an_lstm_cell(app_checkpoints: Checkpoints) -> None:
    model, vocab = app_checkpoints.load(TINY).model, app_checkpoints.load(TINY).vocab
    cell = nn.LSTMCell(8, 16).requires_grad_(False)
    cell.load_state_dict({n: getattr(model.lstm, f"{n}_l0").detach() for n in cell.state_dict()})
    h, c = torch.zeros(1, 16), torch.zeros(1, 16)
    for character in TEXT:
        row = model.embedding.weight[vocab.characters.index(character)].detach()[None]
        before, (h, c) = c, cell(row, (h, c))
    found = shown(app_checkpoints, TEXT)
    assert (found.name, found.id) == ("space", vocab.characters.index(" "))
    assert found.embedding == pytest.approx(row[0].tolist(), abs=6e-4)
    assert found.values.before == pytest.approx(before[0].tolist(), abs=6e-4)
    assert found.values.c == pytest.approx(c[0].tolist(), abs=6e-4)
    assert found.values.h == pytest.approx(h[0].tolist(), abs=6e-4)
    logits = model.fc(h)[0][:-1].detach()  # UNK is never written
    first = int(logits.argmax())
    assert found.listed[0].name == vocab.characters[first]
    assert found.listed[0].logit == pytest.approx(float(logits[first]), abs=6e-3)
    for scale, name in ((1.0, "chance"), (TEMPERATURE, "cold")):
        chance = float((logits / scale).softmax(0)[first])
        assert getattr(found.listed[0], name) == pytest.approx(chance, abs=1e-4)


def test_going_on_writes_what_a_column_writes(app_checkpoints: Checkpoints) -> None:
    text = TEXT
    for _ in range(30):
        found = shown(app_checkpoints, text)
        assert found.drawn_name in {one.name for one in found.listed}
        text += found.drawn
    sampler = app_checkpoints.sampler(TINY)
    assert text == sampler.sample(TEXT, [TEMPERATURE], 30, DICE)[0][0]


def test_what_no_text_can_be_is_refused(app_checkpoints: Checkpoints) -> None:
    for text in ("", "a" * (MOST_CHARACTERS + 1), "\ud800"):
        with pytest.raises(UserError):
            shown(app_checkpoints, text)
    with pytest.raises(UserError, match="no checkpoint"):
        character_shown(app_checkpoints, CharacterQuestion("nobody's", TEXT, 1, 1))


def test_the_model_pays_what_it_pays_in_an_evaluation(app_checkpoints: Checkpoints) -> None:
    sampler = app_checkpoints.sampler(TINY)

    def nats(text: str) -> float:
        ids = torch.from_numpy(sampler.vocab.encode(text)).long()
        logits, _ = sampler.model(ids[None, :-1])
        return float(nn.functional.cross_entropy(logits, ids[1:], reduction="sum"))

    for number, passage in enumerate(passages()):
        found = passage_shown(app_checkpoints, PassageQuestion(TINY, number))
        assert (found.text, found.given) == (passage.text, passage.given)
        guessed = nats(passage.text) - nats(passage.text[: passage.given])
        assert sum(found.bits) == pytest.approx(guessed / math.log(2), abs=0.02)
    again = passage_shown(app_checkpoints, PassageQuestion(TINY, len(passages())))
    assert again.text == passages()[0].text


def test_shares_add_up_and_know_every_character_that_is_guessed() -> None:
    assert sum(shares().values()) == pytest.approx(1, abs=1e-3)
    for passage in passages():
        assert {*passage.text[passage.given :]} <= shares().keys()
    assert next(iter(shares())) == " "
