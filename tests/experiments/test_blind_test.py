"""Blind rounds against the text and the sampler."""

from __future__ import annotations

import random

import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.blind_test import BEGINNING, LENGTH, TEMPERATURES, Round, drawing
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import Corpus
from charlstm.text.spec import BRACKETS
from charlstm.text.vocabulary import UNK_SHOWN, Vocabulary
from tests.fixtures.small import small_model

VOCAB = Vocabulary.from_text("\n abcdefgh.")


def sampler_with(newlines: float) -> Sampler:
    """A model that ends some of its paragraphs: ``newlines`` is the logit of a newline."""
    model = small_model(1, VOCAB)
    with torch.no_grad():
        model.fc.bias[0] = newlines
        model.fc.weight[0] = 0
    return Sampler(model, VOCAB)


SAMPLER = sampler_with(-4.0)


def corpus_of(validation: str) -> Corpus:
    return Corpus(BRACKETS, "own", VOCAB, VOCAB.encode("ab"), VOCAB.encode(validation), None)


def lines(count: int, characters: int, dice: int = 1) -> str:
    """Paragraphs of ``characters`` each, separated as in WikiText."""
    rng = random.Random(dice)

    def line() -> str:
        words = ("".join(rng.choices("abcdefgh", k=rng.randint(1, 7))) for _ in range(characters))
        return " " + " ".join(words)[: characters - 4] + " . "

    return "".join(f"{line()}\n\n\n" for _ in range(count))


PARAGRAPHS = lines(40, 500)


def drawn(sampler: Sampler, corpus: Corpus, dice: int) -> Round:
    *before, one_round = drawing(sampler, corpus, dice)
    assert before == [None] * len(before)
    return one_round


@pytest.fixture(scope="module")
def rounds() -> list[Round]:
    return [drawn(SAMPLER, corpus_of(PARAGRAPHS), dice) for dice in range(5)]


def test_one_is_real_and_the_others_are_the_models(rounds):
    for one_round in rounds:
        assert sorted(one_round.sources, key=str) == sorted([*TEMPERATURES, None], key=str)
        real = one_round.texts[one_round.sources.index(None)]
        assert f"\n{one_round.beginning}{real}" in PARAGRAPHS
        for text, source in zip(one_round.texts, one_round.sources, strict=True):
            if source is not None:
                assert one_round.beginning + text not in PARAGRAPHS


def test_all_have_the_same_shape(rounds):
    for one_round in rounds:
        assert BEGINNING - 40 < len(one_round.beginning) <= BEGINNING
        assert one_round.beginning[-1].isspace()
        for text in one_round.texts:
            assert LENGTH - 40 < len(text) <= LENGTH
            assert "\n" not in text
            assert UNK_SHOWN not in text
        assert len(set(one_round.texts)) == len(one_round.texts)


def test_the_models_texts_are_the_samplers(rounds):
    """They continue the text before the beginning too, with other noise at each temperature."""
    one_round = rounds[0]
    start = PARAGRAPHS.index(one_round.beginning)
    seed_text = PARAGRAPHS[start - 500 : start] + one_round.beginning
    samples = SAMPLER.sample(seed_text, TEMPERATURES, LENGTH, one_round.dice, 8 * len(TEMPERATURES))
    taken = set()
    for row, temperature in enumerate(TEMPERATURES):
        text = one_round.texts[one_round.sources.index(temperature)]
        written = [whole[len(seed_text) :] for whole in samples[row]]
        stay = [n for n, whole in enumerate(written) if n // 8 == row and "\n" not in whole]
        assert written[stay[0]].startswith(text)
        taken.add(stay[0])
    assert len(taken) == len(TEMPERATURES)


@pytest.mark.slow
def test_the_same_dice_give_the_same_round_and_others_another_order(rounds):
    assert drawn(SAMPLER, corpus_of(PARAGRAPHS), 3) == rounds[3]
    assert len({one_round.beginning for one_round in rounds}) > 3
    places = {one_round.sources.index(None) for one_round in rounds}
    for dice in range(len(rounds), 40):
        if len(places) < 5:
            places.add(drawn(SAMPLER, corpus_of(PARAGRAPHS), dice).sources.index(None))
    assert places == {0, 1, 2, 3, 4}


def test_short_lines_keep_their_newlines():
    verse = lines(200, 50)
    one_round = drawn(SAMPLER, corpus_of(verse), 1)
    real = one_round.texts[one_round.sources.index(None)]
    assert f"\n{one_round.beginning}{real}" in verse
    assert "\n" in real


def test_a_text_without_lines_begins_at_a_word():
    prose = lines(1, 3000).strip()
    one_round = drawn(SAMPLER, corpus_of(prose), 1)
    assert f" {one_round.beginning}{one_round.texts[one_round.sources.index(None)]}" in prose


def test_passages_with_unknown_characters_are_left_out():
    spoilt = lines(100, 500, 3).replace("\n ", "\n Ø")
    for dice in range(2):
        assert drawn(SAMPLER, corpus_of(spoilt + PARAGRAPHS), dice).beginning in PARAGRAPHS


@pytest.mark.parametrize("text", ["", "ab", "abc " * 80, "Ø" * 2000])
def test_a_text_without_a_passage_gets_a_sentence(text):
    with pytest.raises(UserError, match="no passage that is long enough"):
        list(drawing(SAMPLER, corpus_of(text), 1))


def test_a_model_that_ends_every_paragraph_gets_a_sentence():
    with pytest.raises(UserError, match="ends its paragraphs within 280 characters"):
        list(drawing(sampler_with(20.0), corpus_of(PARAGRAPHS), 1))
