"""The weighted curve against exact probabilities, against plain sampling, and step by step."""

from itertools import product

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.open_curve import still_open
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.lstm import CharLSTM
from charlstm.model.noise import gumbel_noise
from charlstm.model.sampler import Sampler
from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.brackets import scan
from charlstm.text.vocabulary import Vocabulary
from tests.fixtures.known_model import bracket_model, chance_open, state_after

LANGUAGE = BracketLanguage()
WRITTEN = ("ab ( c ", "a ( b ( ")
VOCAB = Vocabulary.from_text("ab ,()[]\n")


def model_with(likely: dict[str, float], memory: float = 0.0) -> CharLSTM:
    """A tiny model with these output biases; at memory 0 its logits don't depend on the text."""
    torch.manual_seed(5)
    model = CharLSTM(len(VOCAB), embed_size=4, hidden_size=8, n_layers=1).eval()
    with torch.no_grad():
        model.fc.bias.zero_()
        model.fc.weight.mul_(memory)
        for character, logit in likely.items():
            model.fc.bias[VOCAB.characters.index(character)] = logit
    return model


@pytest.fixture(scope="module")
def language() -> Sampler:
    """A model with the bracket language's next-character probabilities."""
    return Sampler(*bracket_model(LANGUAGE))


def test_the_model_is_the_language():
    model, vocab = bracket_model(LANGUAGE)
    text = LANGUAGE.sample(300, seed=5)
    ids = torch.from_numpy(vocab.encode(text).astype(np.int64))[None]
    with torch.no_grad():
        distributions = model(ids)[0][:, : vocab.unk_id].softmax(-1).numpy()
    for length, chances in enumerate(distributions, 1):
        expected = LANGUAGE.next_probabilities(text[:length])
        assert expected == LANGUAGE.next_probabilities(state_after(text[:length]))
        assert chances == pytest.approx([expected.get(c, 0) for c in vocab.characters], abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("seed_text", "temperature"), [(WRITTEN[0], 1.0), (WRITTEN[1], 0.7)])
def test_it_is_right_on_the_bracket_language(language, seed_text, temperature):
    horizon, streams = 60, 600
    curve = still_open(language, seed_text, temperature, streams, horizon, dice=2)
    true = np.array(chance_open(LANGUAGE, seed_text, temperature, horizon))
    wide = np.array(curve.high) - np.array(curve.low)  # 95 %: some four standard errors
    assert np.all(np.abs(np.array(curve.open) - true) <= wide + 1e-6)
    assert curve.open[1] == pytest.approx(true[1], abs=1e-6)  # exact: no character is drawn yet
    # The standard error of a share of plain samples; the curve has half of it.
    assert np.all(wide[2:] < 0.6 * 3.92 * np.sqrt(true[2:] * (1 - true[2:]) / streams))


def test_across_lines_a_newline_changes_no_weight():
    sampler = Sampler(model_with({")": 1.0, "\n": 1.5}), VOCAB)
    question = ProbeQuestion("a ( ", (1.0,), 800, 20, dice=3, across_lines=True)
    [counted] = probe(sampler, question).temperatures
    assert any("\n" in sample.text for sample in counted.samples)
    share, curve = 1 - np.array(counted.incidence.closed), counted.still_open
    doubt = np.hypot(
        np.array(counted.incidence.closed_high) - np.array(counted.incidence.closed_low),
        np.array(curve.high) - np.array(curve.low),
    )
    assert np.all(np.abs(share - np.array(curve.open)) <= doubt)
    assert curve.open[-1] > still_open(sampler, "a ( ", 1.0, 200, 20, dice=3).open[-1]


@pytest.mark.slow
def test_it_agrees_with_plain_sampling(language):
    [counted] = probe(language, ProbeQuestion(WRITTEN[0], (1.0,), 800, 50, dice=3)).temperatures
    weighted = still_open(language, WRITTEN[0], 1.0, 200, 50, dice=4)  # other dice: independent
    share = 1 - np.array(counted.incidence.closed) - np.array(counted.incidence.line)
    doubt = np.hypot(
        np.array(counted.incidence.closed_high) - np.array(counted.incidence.closed_low),
        np.array(weighted.high) - np.array(weighted.low),
    )
    assert np.all(np.abs(share - np.array(weighted.open)) <= doubt)
    assert counted.still_open == still_open(language, WRITTEN[0], 1.0, 200, 50, dice=3)


@pytest.mark.slow
@pytest.mark.parametrize(("seed_text", "temperature"), [(WRITTEN[0], 1.0), (WRITTEN[1], 0.7)])
def test_its_interval_covers_as_often_as_it_says(language, seed_text, temperature):
    horizon, runs = 50, 150
    true = np.array(chance_open(LANGUAGE, seed_text, temperature, horizon))
    held, total = np.zeros(horizon + 1), np.zeros(horizon + 1)
    for dice in range(runs):
        curve = still_open(language, seed_text, temperature, 150, horizon, dice)
        held += (np.array(curve.low) <= true + 1e-6) & (true <= np.array(curve.high) + 1e-6)
        total += curve.open
    assert held.mean() / runs == pytest.approx(0.95, abs=0.025)
    assert held.min() / runs > 0.87
    assert total / runs == pytest.approx(true, abs=0.004)  # no bias


def open_chances(chances: dict[str, float], watched: str, horizon: int) -> list[float]:
    """Exact probabilities for a model without memory, over all stacks above the target."""
    stacks, still = {watched: 1.0}, [1.0]
    for _ in range(horizon):
        following: dict[str, float] = {}
        for (stack, weight), (character, chance) in product(stacks.items(), chances.items()):
            pairs = {")": "(", "]": "["}
            after = stack
            if character in "([":
                after += character
            elif pairs.get(character) == stack[-1]:
                after = stack[:-1]
            if after and character != "\n":
                following[after] = following.get(after, 0.0) + weight * chance
        stacks = following
        still.append(sum(stacks.values()))
    return still


@pytest.mark.parametrize("seed_text", ["a ( ", "[ ( [ "])
def test_kinds_nesting_and_newlines_count(seed_text):
    model = model_with({"(": 0.5, "[": 0.8, ")": 1.2, "]": 0.9, "\n": 0.2})
    logits = model.fc.bias.detach()[: VOCAB.unk_id] / 0.8
    chances = dict(zip(VOCAB.characters, logits.softmax(-1).tolist(), strict=True))
    watched = seed_text[scan(seed_text).unclosed[-1]]
    true = np.array(open_chances(chances, watched, 8))
    curve = still_open(Sampler(model, VOCAB), seed_text, 0.8, 1500, 8, dice=1)
    wide = np.array(curve.high) - np.array(curve.low)
    assert np.all(np.abs(np.array(curve.open) - true) <= wide + 1e-6)
    assert true[-1] < 0.3 < true[3]


def test_each_step_is_what_it_says():
    """A few streams, drawn again one by one with `nn.LSTM`, rescanning for brackets."""
    model = model_with({"(": 0.3, "[": -0.3, ")": 0.9, "\n": -0.7}, memory=3.0)
    seed_text, temperature, streams, horizon, dice = "b [ ( ", 0.7, 5, 25, 9
    watched = scan(seed_text).unclosed[-1]
    noise = gumbel_noise(dice, streams, 0, horizon, len(VOCAB))
    weights = np.ones((horizon + 1, streams))
    for stream in range(streams):
        text = seed_text
        for step in range(horizon):
            ids = torch.from_numpy(VOCAB.encode(text).astype(np.int64))[None]
            with torch.no_grad():
                logits = model(ids)[0][-1, : VOCAB.unk_id]
            masked = ["\n"]
            if scan(text).unclosed[-1] == watched:
                masked.append(")")
            masked_ids = [VOCAB.characters.index(c) for c in masked]
            left = 1 - (logits / temperature).softmax(-1)[masked_ids].sum().item()
            weights[step + 1, stream] = weights[step, stream] * left
            scores = logits / temperature + noise[step, stream, : VOCAB.unk_id]
            scores[masked_ids] = -torch.inf
            text += VOCAB.characters[scores.argmax()]
    curve = still_open(Sampler(model, VOCAB), seed_text, temperature, streams, horizon, dice)
    assert curve.streams == streams
    assert curve.open == pytest.approx(weights.mean(1).tolist(), rel=1e-4)
    expected = weights.sum(1) ** 2 / (weights**2).sum(1)
    assert curve.effective == pytest.approx(expected.tolist(), rel=1e-4)
    assert min(curve.effective) < 0.8 * streams


def test_always_and_never():
    always = still_open(Sampler(model_with({")": 200.0}), VOCAB), "a ( ", 1.0, 50, 30, dice=1)
    assert always.open == [1.0] + [0.0] * 30
    assert always.effective == [50.0] + [0.0] * 30
    assert all(
        low == 0 and 0.05 < high < 0.08
        for low, high in zip(always.low[1:], always.high[1:], strict=True)
    )
    never = model_with({")": -1e6, "\n": -1e6})
    never = still_open(Sampler(never, VOCAB), "a ( ", 1.0, 50, 30, dice=1)
    assert set(never.open) == {1.0}
    assert set(never.effective) == {50.0}
    assert all(
        0.92 < low < 0.95 and high == 1
        for low, high in zip(never.low[1:], never.high[1:], strict=True)
    )


def test_a_single_stream_says_little():
    curve = still_open(Sampler(model_with({")": 1.0}), VOCAB), "a ( ", 1.0, 1, 9, dice=1)
    assert 0 < curve.open[9] < 1
    assert curve.high[9] - curve.low[9] > 0.5


def test_five_thousand_deep():
    curve = still_open(Sampler(model_with({")": 1.0}), VOCAB), "(" * 5000, 1.0, 20, 5, dice=1)
    assert curve.open == sorted(curve.open, reverse=True)


@pytest.mark.parametrize("seed_text", ["", "no bracket", "( closed )"])
def test_it_needs_an_open_bracket(seed_text):
    with pytest.raises(UserError):
        still_open(Sampler(model_with({}), VOCAB), seed_text, 1.0, 5, 5, dice=1)


def test_greedy_streams_are_all_one():
    with pytest.raises(ValueError, match="no stream differs"):
        still_open(Sampler(model_with({}), VOCAB), "( ", 0.0, 5, 5, dice=1)
