from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from charlstm.errors import UserError
from charlstm.model.lstm import CharLSTM
from charlstm.model.noise import gumbel_noise
from charlstm.model.sampler import Sampler
from tests.fixtures.small import LETTERS, small_model

SEED_TEXT = "The (ab) cab"


@torch.no_grad()
def plain_loop(model, seed_text, temperature, length, dice, stream, first_step=0):
    """The oracle: argmax(logits / T + g) for one stream, one call of `nn.LSTM` a character."""
    hidden = model.init_hidden(1)
    for i in LETTERS.encode(seed_text).tolist():
        logits, hidden = model(torch.tensor([[i]]), hidden)
    written = []
    for step in range(first_step, first_step + length):
        logits = logits[0].clone()
        logits[LETTERS.unk_id] = -math.inf
        noise = gumbel_noise(dice, stream + 1, step, 1, len(LETTERS))[0, stream]
        scores = logits / temperature + noise if temperature else logits
        written.append(int(scores.argmax()))
        logits, hidden = model(torch.tensor([[written[-1]]]), hidden)
    return seed_text + LETTERS.decode(written)


@pytest.mark.parametrize("layers", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("samples", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_the_texts_of_a_plain_loop(layers, samples):
    model = small_model(layers)
    temperatures = [0.0, 0.2, 0.5, 1.0, 5.0]
    texts = Sampler(model, LETTERS).sample(SEED_TEXT, temperatures, 60, dice=7, samples=samples)
    for row, temperature in zip(texts, temperatures, strict=True):
        assert len(row) == samples
        for stream, text in enumerate(row):
            assert text == plain_loop(model, SEED_TEXT, temperature, 60, 7, stream)


@pytest.mark.parametrize("step", [1, 24, 25, 40])
def test_a_text_that_is_written_on_keeps_its_step_numbers(step):
    model = small_model(2)
    sampler = Sampler(model, LETTERS)
    whole = plain_loop(model, SEED_TEXT, 0.7, 60, 7, 0)
    before = whole[: len(SEED_TEXT) + step]
    [[on]] = sampler.sample(before, [0.7], 60 - step, dice=7, first_step=step)
    assert on == whole
    # From another character too, with the noise of those steps.
    other = before[:-1] + ("b" if before[-1] != "b" else "a")
    [[on]] = sampler.sample(other, [0.7], 60 - step, dice=7, first_step=step)
    assert on == plain_loop(model, other, 0.7, 60 - step, 7, 0, first_step=step)


@torch.no_grad()
def largest_gap(model, sampler, seed_text, length, dice=1):
    """The largest gap between the best score and that of the sampler's choice, over a whole text,
    with the scores of `nn.LSTM`.

    Zero if both always choose the same character; where they differ by rounding, the two best
    scores differ by no more than the rounding error.
    """
    vocab = sampler.vocab
    written = np.concatenate(list(sampler.stream(seed_text, [1.0], length, dice)))[:, 0, 0]
    seed = vocab.encode(seed_text)
    whole = torch.from_numpy(np.concatenate([seed, written[:-1]]).astype(np.int64))
    logits = model(whole[None])[0][len(seed) - 1 :]
    logits[:, vocab.unk_id] = -math.inf
    scores = logits + gumbel_noise(dice, 1, 0, length, len(vocab))[:, 0]
    chosen = scores.gather(1, torch.from_numpy(written)[:, None])[:, 0]
    return (scores.max(dim=1).values - chosen).max().item()


@pytest.mark.parametrize("size", [256, pytest.param(1024, marks=pytest.mark.slow)])
def test_choices_stay_within_1e_4_of_nn_lstm_over_a_long_text(size):
    torch.manual_seed(0)
    model = CharLSTM(len(LETTERS), 32, size, 1, dropout=0.0).eval()
    assert largest_gap(model, Sampler(model, LETTERS), "T", 300) < 1e-4


def test_equal_temperatures_give_equal_texts_and_low_ones_tend_to_greedy():
    sampler = Sampler(small_model(), LETTERS)
    first, second, nearly, greedy = sampler.sample(SEED_TEXT, [1.0, 1.0, 1e-6, 0.0], 200, 3)
    assert first == second
    assert nearly == greedy
    assert first != greedy


def test_a_text_depends_neither_on_its_neighbours_nor_on_the_blocks():
    sampler = Sampler(small_model(), LETTERS)
    alone = sampler.sample(SEED_TEXT, [0.7], 90, 3)[0][0]
    among = sampler.sample(SEED_TEXT, [0.1, 0.7, 2.0], 90, 3, samples=6)[1][0]
    blocks = list(sampler.stream(SEED_TEXT, [0.7], 90, 3, every=7))
    assert [len(block) for block in blocks] == [7] * 12 + [6]
    assert alone == among == SEED_TEXT + LETTERS.decode(np.concatenate(blocks)[:, 0, 0].tolist())


def test_one_step_draws_from_softmax_of_logits_over_temperature():
    model, draws, temperatures = small_model(), 15_000, [0.4, 1.0, 2.5]
    ids = next(Sampler(model, LETTERS).stream("ab", temperatures, 1, 5, samples=draws))[0]
    with torch.no_grad():
        logits = model(torch.from_numpy(LETTERS.encode("ab").astype(np.int64))[None])[0][-1]
    logits[LETTERS.unk_id] = -math.inf
    for row, temperature in zip(ids, temperatures, strict=True):
        counts = torch.from_numpy(np.bincount(row, minlength=len(LETTERS))).double()
        expected = (logits / temperature).double().softmax(-1) * draws
        big = expected >= 5
        chi = ((counts - expected) ** 2 / expected)[big].sum().item()
        free = int(big.sum()) - 1
        assert free > 2
        assert chi < free + 5 * math.sqrt(2 * free)


def test_unk_is_read_and_never_written():
    model = small_model()
    with torch.no_grad():
        model.fc.bias[LETTERS.unk_id] = 50.0  # a model for which only UNK is likely
    [[text]] = Sampler(model, LETTERS).sample("a€", [1.0], 300, 1)
    assert text.startswith("a€")
    assert not LETTERS.unknown(text[2:])


def test_a_snapshot_stays_when_training_goes_on():
    model = small_model()
    sampler = Sampler(model, LETTERS)
    before = sampler.sample("ab", [1.0], 50, 1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    assert sampler.sample("ab", [1.0], 50, 1) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seed_text": ""}, "seed text is empty"),
        ({"temperatures": []}, "No temperature"),
        ({"temperatures": [math.nan]}, "nan is out of range"),
        ({"temperatures": [0.5, -1]}, "-1 is out of range"),
        ({"temperatures": [1e9]}, "out of range"),
        ({"length": 0}, "length of 0"),
        ({"length": 10**9}, "length of 1,000,000,000"),
        ({"samples": 0}, "0 samples"),
        ({"dice": -1}, "dice"),
        ({"dice": 2**63}, "dice"),
    ],
)
def test_bad_input_gets_a_sentence(change, sentence):
    arguments = {"seed_text": "ab", "temperatures": [1.0], "length": 5, "dice": 1, "samples": 1}
    with pytest.raises(UserError, match=sentence):
        next(Sampler(small_model(), LETTERS).stream(**{**arguments, **change}))


@pytest.mark.parametrize("size", [10, pytest.param(256, marks=pytest.mark.slow)])
@pytest.mark.parametrize("temperatures", [[1.0], [0.3, 1.0, 2.0]])
@pytest.mark.parametrize("samples", [1, 2, 5, 40])
def test_what_others_write_stays_the_same_when_streams_end(size, temperatures, samples):
    torch.manual_seed(3)
    model = CharLSTM(len(LETTERS), 8, size, 2, dropout=0.0).eval()
    arguments = ("ab", temperatures, 60, 9, samples, 7)
    whole = np.concatenate(list(Sampler(model, LETTERS).stream(*arguments)))
    alive = np.ones((len(temperatures), samples), bool)
    ends = np.random.default_rng(samples).integers(-20, 80, alive.shape)  # before the first: never
    ends[0, 0] = 80
    blocks = []
    for block in Sampler(model, LETTERS).stream(*arguments, alive=alive):
        blocks.append(block)
        written = sum(map(len, blocks))
        alive &= ends >= written
    drawn = np.concatenate(blocks)
    assert drawn.shape == whole.shape
    dead = np.arange(60)[:, None, None] // 7 * 7 > np.where(ends < 7, 6, ends)
    assert (drawn == np.where(dead, -1, whole)).all()
    if samples == 40:
        assert 0 < dead.mean() < 1


def test_a_stream_stays_ended_and_nothing_is_drawn_where_all_have():
    alive = np.array([[True, False, True]])
    blocks = Sampler(small_model(), LETTERS).stream("ab", [1.0], 30, 1, 3, 10, alive=alive)
    first = next(blocks)
    assert (first[:, 0, 1] == -1).all()
    assert (first[:, 0, [0, 2]] >= 0).all()
    alive[:] = False
    assert (next(blocks) == -1).all()
    alive[:] = True
    assert (next(blocks) == -1).all()
    assert next(blocks, None) is None


@pytest.mark.slow
def test_ended_streams_cost_no_products():
    sampler = Sampler(small_model(), LETTERS)

    def work(ended):
        alive = np.ones((2, 20), bool)
        alive[:, 20 - ended :] = False
        with FlopCounterMode(display=False) as counter:
            list(sampler.stream("ab", [0.5, 1], 8, 1, 20, alive=alive))
        return counter.get_total_flops()

    work(0)  # the first call also times the layouts of the weights
    reading = work(20)
    assert work(15) - reading == pytest.approx((work(0) - reading) / 4)


@pytest.mark.parametrize(
    ("alive", "sentence"),
    [(np.ones((1, 2), bool), "shape"), (np.ones((1, 3)), "float64"), (np.ones(3, bool), "shape")],
)
def test_alive_of_another_shape_or_type_is_refused(alive, sentence):
    with pytest.raises(ValueError, match=sentence):
        next(Sampler(small_model(), LETTERS).stream("ab", [1.0], 5, 1, 3, alive=alive))


def test_a_seed_text_of_unknown_characters_is_read_as_unk():
    model = small_model()
    [[text]] = Sampler(model, LETTERS).sample("€ж中", [1.0], 40, 7)
    assert text == plain_loop(model, "€ж中", 1.0, 40, 7, 0)
    assert text.startswith("€ж中")
