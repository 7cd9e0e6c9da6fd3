"""Blind rounds against the text and the sampler; the tally against plain counts."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.blind_test import BEGINNING, LENGTH, TEMPERATURES, Ballot, Round, drawing
from charlstm.experiments.intervals import wilson_interval
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import Corpus
from charlstm.text.spec import BRACKETS
from charlstm.text.vocabulary import UNK_SHOWN, Vocabulary
from tests.fixtures.small import small_model

VOCAB = Vocabulary.from_text("\n abcdefgh.")
TOKENS = ["0" * 32, "1" * 32, "a" * 32]


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
    return [drawn(SAMPLER, corpus_of(PARAGRAPHS), dice) for dice in range(9)]


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


def test_the_same_dice_give_the_same_round_and_others_another_order(rounds):
    assert drawn(SAMPLER, corpus_of(PARAGRAPHS), 3) == rounds[3]
    assert len({one_round.beginning for one_round in rounds}) > 5
    assert {one_round.sources.index(None) for one_round in rounds} == {0, 1, 2, 3, 4}


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


def some_round(order: int = 0) -> Round:
    sources = [*TEMPERATURES, None]
    return Round(order, "A ", ["a", "b", "c", "d", "e"], sources[order:] + sources[:order])


MODEL = ("one", "0123456789")


def test_a_tally_counts_picks_by_source():
    ballot = Ballot()
    rng = random.Random(2)
    picked = []
    for number in range(60):
        order, place, token = number % 5, rng.choice([0, 0, 1, 4]), rng.choice(TOKENS)
        name = ballot.put(MODEL, some_round(order))
        model, one_round = ballot.pick(name, place, token)
        assert (model, one_round) == (MODEL, some_round(order))
        picked.append((token, one_round.sources[place]))
    for token in (None, *TOKENS):
        own = [source for whose, source in picked if token in (None, whose)]
        tally = ballot.tally(MODEL, token)
        assert tally.rounds == len(own)
        assert tally.browsers == (3 if token is None else 1)
        assert [pick.source for pick in tally.picks] == [*TEMPERATURES, None]
        for pick in tally.picks:
            assert pick.picked == own.count(pick.source)
            assert pick.rate == own.count(pick.source) / len(own)
            assert pick.interval == wilson_interval(own.count(pick.source), len(own))
    assert ballot.tally(("one", "another")).rounds == 0
    assert ballot.tally(MODEL, "f" * 32).picks == []


def test_a_round_takes_one_pick():
    ballot = Ballot()
    name = ballot.put(MODEL, some_round())

    def vote(token: str) -> bool:
        try:
            ballot.pick(name, 1, token)
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(vote, TOKENS * 20)) == 1
    assert ballot.tally(MODEL).rounds == 1
    with pytest.raises(UserError, match="answered already"):
        ballot.pick(name, 1, TOKENS[0])


@pytest.mark.parametrize(
    ("place", "token"),
    [(5, TOKENS[0]), (-1, TOKENS[0]), (True, TOKENS[0]), (1.0, TOKENS[0]), ("1", TOKENS[0]),
     (None, TOKENS[0]), (1, "nobody"), (1, None)],
)  # fmt: skip
def test_what_no_page_sends_gets_a_sentence_and_counts_nothing(place, token):
    ballot = Ballot()
    name = ballot.put(MODEL, some_round())
    with pytest.raises(UserError):
        ballot.pick(name, place, token)
    assert ballot.tally(MODEL).rounds == 0
    ballot.pick(name, 1, TOKENS[0])  # the round still waits


@pytest.mark.parametrize("name", ["", "0" * 32, None, 3, ["a"], {}])
def test_an_unknown_round_gets_a_sentence(name):
    with pytest.raises(UserError, match="Draw a new one"):
        Ballot().pick(name, 1, TOKENS[0])


def test_the_oldest_rounds_are_forgotten():
    ballot = Ballot()
    names = [ballot.put(MODEL, some_round()) for _ in range(1001)]
    assert len(set(names)) == 1001
    with pytest.raises(UserError, match="too old"):
        ballot.pick(names[0], 0, TOKENS[0])
    ballot.pick(names[1], 0, TOKENS[0])
