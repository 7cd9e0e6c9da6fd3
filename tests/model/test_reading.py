from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.model import seed_texts as seed_texts_module
from charlstm.model.evaluate import STREAMS, evaluate
from charlstm.model.noise import gumbel_noise
from charlstm.model.reading import chances, likeliest, read, why
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from tests.fixtures.small import LETTERS, small_model

TEXT = "The (ab) cab.\nThe €d, a bed"


@pytest.fixture(params=[1, 2])
def model(request):
    return small_model(request.param)


@torch.no_grad()
def plain(model, text):
    """The oracle: log-probabilities after each character, one call of `nn.LSTM` a character."""
    hidden, rows = model.init_hidden(1), []
    for i in LETTERS.encode(text).tolist():
        logits, hidden = model(torch.tensor([[i]]), hidden)
        rows.append(logits[0].double().log_softmax(-1))
    return torch.stack(rows).numpy()


def drawable(log_p, temperature):
    """softmax(logits / T) without UNK, in numpy."""
    scaled = np.delete(log_p, LETTERS.unk_id) / temperature
    p = np.exp(scaled - scaled.max())
    return p / p.sum()


def test_bits_and_ranks_are_those_of_a_plain_loop(model):
    result = read(Sampler(model, LETTERS), TEXT)
    log_p, ids = plain(model, TEXT)[:-1], LETTERS.encode(TEXT)[1:]
    own = log_p[np.arange(len(ids)), ids]
    assert result.text == TEXT
    assert result.bits.dtype == np.float64
    assert math.isnan(result.bits[0])
    assert np.allclose(result.bits[1:], -own / math.log(2), atol=1e-5)
    assert result.ranks.dtype == np.int32
    assert result.ranks.tolist() == [0, *((log_p > own[:, None]).sum(1) + 1)]
    assert result.total_bits == pytest.approx(-own.sum() / math.log(2), abs=1e-4)
    assert result.bpc == pytest.approx(result.total_bits / (len(TEXT) - 1))


def test_bits_agree_with_evaluate(model):
    """`evaluate` cuts a text into streams that each start from zeros: read them one by one."""
    sampler, length = Sampler(model, LETTERS), 9
    ids = np.random.default_rng(0).integers(0, len(LETTERS), STREAMS * length + 1)
    text = LETTERS.decode(ids.tolist())
    pieces = [text[n * length : (n + 1) * length + 1] for n in range(STREAMS)]
    total = sum(read(sampler, piece).total_bits for piece in pieces)
    whole = evaluate(model, LETTERS.encode(text))
    assert total / whole.characters == pytest.approx(whole.bpc, rel=1e-6)


def test_a_long_text_is_read_in_pieces_that_change_nothing(model, monkeypatch):
    sampler, text = Sampler(model, LETTERS), TEXT * 3
    whole = read(sampler, text), chances(sampler, text, "b")
    monkeypatch.setattr(seed_texts_module, "PIECE", 7)
    pieces = read(sampler, text), chances(sampler, text, "b")
    for position in (1, 7, 8, 50, 49, 14, 15, 16, 50):
        assert why(sampler, text, position, []).bits == pytest.approx(
            whole[0].bits[position], abs=1e-5
        )
    assert np.allclose(whole[0].bits, pieces[0].bits, atol=1e-5, equal_nan=True)
    assert np.array_equal(whole[0].ranks, pieces[0].ranks)
    assert np.allclose(whole[1], pieces[1], atol=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_chances_and_the_likeliest(model, temperature):
    sampler = Sampler(model, LETTERS)
    expected = [drawable(row, temperature) for row in plain(model, TEXT)]
    result = chances(sampler, TEXT, ")", temperature)
    assert result == pytest.approx([p[LETTERS.characters.index(")")] for p in expected], abs=1e-5)
    best = likeliest(sampler, TEXT, temperature, n=4)
    order = np.argsort(-expected[-1])[:4]
    assert [c for c, _ in best] == [LETTERS.characters[i] for i in order]
    assert [p for _, p in best] == pytest.approx(expected[-1][order], abs=1e-5)
    assert likeliest(sampler, TEXT, 0.0) == [(best[0][0], 1.0)]


RULES = [Truncation(), Truncation(top_k=3, top_p=0.9), Truncation(min_p=0.2)]


@pytest.mark.parametrize("truncation", RULES, ids=["none", "top-k and top-p", "min-p"])
def test_the_winner_is_what_the_sampler_wrote(model, truncation):
    sampler, seed, temperatures, dice = Sampler(model, LETTERS), "The ", [0.0, 0.3, 1.0, 3.0], 11
    texts = sampler.sample(seed, temperatures, 25, dice, truncation=truncation)
    for row, [text] in enumerate(texts):
        for position in range(len(seed), len(text)):  # as the arrow keys walk
            result = why(
                sampler, text, position, temperatures, truncation, dice, position - len(seed)
            )
            assert result.character == result.rows[1 + row].winner == text[position]
            assert [r.temperature for r in result.rows] == [1.0, *temperatures]


def test_rows_are_distributions_with_the_noise_that_chose(model):
    sampler, temperatures, step = Sampler(model, LETTERS), [0.5, 2.0], 3
    position = TEXT.index("c")
    result = why(sampler, TEXT, position, temperatures, dice=5, step=step)
    log_p = plain(model, TEXT[:position])[-1]
    noise = gumbel_noise(5, 1, step, 1, len(LETTERS))[0, 0].numpy()
    own = LETTERS.characters.index("c")
    assert result.bits == pytest.approx(-log_p[own] / math.log(2), abs=1e-5)
    assert result.rank == (log_p > log_p[own]).sum() + 1
    for row in result.rows:
        p = drawable(log_p, row.temperature)
        # Scores agree up to a constant, since logits are log-probabilities plus a constant.
        scores = np.delete(log_p, LETTERS.unk_id) / row.temperature + noise[: len(p)]
        ids = [LETTERS.characters.index(choice.character) for choice in row.choices]
        assert ids[:10] == np.argsort(-p)[:10].tolist()
        assert [c.probability for c in row.choices] == pytest.approx(p[ids], abs=1e-5)
        gaps = np.array([c.score for c in row.choices]) - scores[ids]
        assert np.ptp(gaps) < 1e-4
        assert row.winner == LETTERS.characters[scores.argmax()]
        assert row.winner in [c.character for c in row.choices]
        assert len(ids) == len(set(ids)) in (10, 11)
        assert row.entropy_bits == pytest.approx(-(p * np.log2(p)).sum(), abs=1e-4)


def test_a_winner_that_is_unlikely_is_shown_after_the_ten_likeliest(model):
    sampler = Sampler(model, LETTERS)
    for dice in range(40):
        row = why(sampler, "ab", 1, [5.0], dice=dice, step=0).rows[1]
        if len(row.choices) == 11:
            assert row.choices[-1].character == row.winner
            assert row.choices[-1].score == max(c.score for c in row.choices)
            return
    pytest.fail("in 40 rolls at T = 5 one of the ten likeliest always won")


def test_the_models_own_row_is_never_cut_and_cut_characters_are_not_shown(model):
    sampler, two = Sampler(model, LETTERS), Truncation(top_k=2)
    own, cut, greedy = why(sampler, TEXT, 5, [1.0, 0.0], two).rows
    assert len(own.choices) == 10
    assert [c.character for c in cut.choices] == [c.character for c in own.choices[:2]]
    assert sum(c.probability for c in cut.choices) == pytest.approx(1)
    assert [(c.character, c.probability) for c in greedy.choices] == [
        (own.choices[0].character, 1.0)
    ]
    assert greedy.entropy_bits == 0
    assert 0 < cut.entropy_bits <= 1
    assert own.winner is cut.winner is greedy.winner is None  # without dice
    assert all(math.isnan(c.score) for c in own.choices + cut.choices + greedy.choices)


def test_a_character_that_the_model_does_not_know_is_scored_as_unk(model):
    position = TEXT.index("€")
    result = why(Sampler(model, LETTERS), TEXT, position, [1.0])
    log_p = plain(model, TEXT[:position])[-1]
    assert result.character == "€"
    assert result.bits == pytest.approx(-log_p[LETTERS.unk_id] / math.log(2), abs=1e-5)
    listed = {choice.character for row in result.rows for choice in row.choices}
    assert listed <= set(LETTERS.characters)


def test_no_more_than_a_piece_of_a_long_text_is_held_at_a_time(model):
    pieces = Sampler(model, LETTERS).texts.read("ab" * 1_250)
    assert [*map(len, pieces)] == [1_000, 1_000, 500]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda s: read(s, ""), "fewer than two"),
        (lambda s: read(s, "a"), "fewer than two"),
        (lambda s: chances(s, "ab", "€"), "never writes '€'"),
        (lambda s: chances(s, "ab", ""), "never writes ''"),
        (lambda s: chances(s, "ab", "a", math.nan), "temperature of nan"),
        (lambda s: likeliest(s, ""), "empty"),
        (lambda s: likeliest(s, "ab", -1), "temperature of -1"),
        (lambda s: why(s, "abc", 0, [1.0]), "Position 0 in a text of 3"),
        (lambda s: why(s, "abc", 3, [1.0]), "Position 3"),
        (lambda s: why(s, "abc", 1, [1e9]), "out of range"),
        (lambda s: why(s, "abc", 1, [1.0], dice=-1, step=0), "dice"),
        (lambda s: why(s, "abc", 1, [1.0], dice=1, step=-1), "belongs to the seed text"),
        (lambda s: why(s, "abc", 1, [1.0], dice=1), "belongs to the seed text"),
    ],
)
def test_bad_input_gets_a_sentence(model, call, sentence):
    with pytest.raises(UserError, match=sentence):
        call(Sampler(model, LETTERS))
