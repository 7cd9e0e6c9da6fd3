"""A model whose chances are known exactly: the bracket language, written into an LSTM by hand."""

from __future__ import annotations

import torch

from charlstm.grammar import BracketLanguage
from charlstm.model import CharLSTM
from charlstm.vocab import Vocabulary

_SURE = 60.0  # a gate's input: half of it is as good as open or closed in float32


def state_after(text: str) -> str:
    """A short text after which the same may follow: the open brackets, and the last character."""
    depth = text.count("(") - text.count(")")
    if text.endswith(("(", ")")):
        return "( " * (depth - 1) + "(" if text.endswith("(") else "( " * (depth + 1) + ")"
    return "( " * depth + ("a" if text[-1:].isalpha() else "")


def bracket_model(language: BracketLanguage) -> tuple[CharLSTM, Vocabulary]:
    """A model that gives each next character the chance that the language gives it.

    Each unit stands for one move: a character written in one state. Its input gate opens when the
    last move led to that state and the character is read; every cell forgets at once. So exactly
    one unit is on, and the output layer lists the log-chances after its move. States are named by
    the shortest texts that lead there.
    """
    vocab = Vocabulary(language.alphabet)
    start = state_after("")
    moves: list[tuple[str, str, str]] = []
    seen, open_ends = {start}, [start]
    while open_ends:
        state = open_ends.pop()
        for character in language.next_probabilities(state):
            after = state_after(state + character)
            moves.append((state, character, after))
            if after not in seen:
                seen.add(after)
                open_ends.append(after)
    units = len(moves)
    model = CharLSTM(len(vocab), len(vocab), units, 1, dropout=0.0).eval()
    on = torch.tanh(torch.tensor(1.0))  # the output of a unit whose cell holds 1
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.embedding.weight.copy_(torch.eye(len(vocab)))
        inputs, recurrent, bias = (
            getattr(model.lstm, f"{name}_l0").view(4, units, -1)
            for name in ("weight_ih", "weight_hh", "bias_ih")
        )
        # Gates in torch's order: input, forget, cell, output.
        bias[0], bias[1], bias[2], bias[3] = -1.5 * _SURE, -_SURE, _SURE, _SURE
        model.fc.weight.fill_(-_SURE / on)
        model.fc.bias.zero_()
        for unit, (before, character, after) in enumerate(moves):
            inputs[0, unit, vocab.characters.index(character)] = _SURE
            for earlier, (_, _, reached) in enumerate(moves):
                if before == start and reached != start:
                    recurrent[0, unit, earlier] = -_SURE / on  # at the start no unit is on
                elif before != start and reached == before:
                    recurrent[0, unit, earlier] = _SURE / on
            if before == start:
                bias[0, unit] += _SURE
            for follower, chance in language.next_probabilities(after).items():
                log_chance = torch.tensor(chance).log()
                model.fc.weight[vocab.characters.index(follower), unit] = log_chance / on
    return model, vocab


def chance_open(
    language: BracketLanguage, seed_text: str, temperature: float, horizon: int
) -> list[float]:
    """The exact chance that the innermost open bracket of a seed text is still open after 0, 1,
    2, ... characters: the language's Markov chain, step by step."""
    watched = seed_text.count("(") - seed_text.count(")")
    states = {state_after(seed_text): 1.0}
    still = [1.0]
    for _ in range(horizon):
        following: dict[str, float] = {}
        for state, weight in states.items():
            sharpened = {
                c: p ** (1 / temperature) for c, p in language.next_probabilities(state).items()
            }
            depth = state.count("(") - state.count(")")
            for character, share in sharpened.items():
                if character == ")" and depth == watched:
                    continue
                after = state_after(state + character)
                chance = weight * share / sum(sharpened.values())
                following[after] = following.get(after, 0.0) + chance
        states = following
        still.append(sum(states.values()))
    return still
