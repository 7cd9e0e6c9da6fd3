"""The server functions on a text of the page; the oracles are the model's own forward pass, and
the text that the sampler wrote with the same dice."""

from __future__ import annotations

import asyncio
import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.truncation import Truncation
from charlstm.ui.components.contract import plain, reader
from charlstm.ui.components.words import character_name
from charlstm.ui.temperature.reading.answers import Scores, WhyAnswer
from charlstm.ui.temperature.reading.feed import (
    MOST_CHARACTERS,
    ReadQuestion,
    WhyQuestion,
    reasons,
    scores,
    text_feed,
)
from charlstm.ui.temperature.reading.panel import reading_shown

SEED, DICE, AT = "The meaning ", 7, [0.3, 1.0, 2.0]


def about(checkpoints: Checkpoints, text: str, **more: Any) -> dict[str, Any]:
    fingerprint = checkpoints.info("tiny").fingerprint
    return {"checkpoint": "tiny", "fingerprint": fingerprint, "text": text, **more}


def drawn(**changed: Any) -> dict[str, Any]:
    cut = {"top_k": 0, "top_p": 1, "min_p": 0}
    return {"given": len(SEED), "temperatures": AT, "dice": DICE, "truncation": cut} | changed


def scored(checkpoints: Checkpoints, asked: Any) -> Scores:
    return scores(checkpoints, reader(ReadQuestion)(asked))


def explained(checkpoints: Checkpoints, asked: Any) -> WhyAnswer:
    return reasons(checkpoints, reader(WhyQuestion)(asked))


def forward(checkpoints: Checkpoints, text: str) -> np.ndarray:
    """float64 (n, vocab): log2 of the model's probabilities after each character."""
    loaded = checkpoints.load("tiny")
    ids = torch.from_numpy(loaded.vocab.encode(text).astype(np.int64))[None]
    with torch.inference_mode():
        logits, _ = loaded.model(ids)
    return torch.log_softmax(logits.view(len(text), -1).double(), -1).numpy() / math.log(2)


def test_scores_are_those_of_the_models_forward_pass(app_checkpoints: Checkpoints) -> None:
    text = "So it goes , é\nand on ."
    ids = app_checkpoints.load("tiny").vocab.encode(text)
    log2 = forward(app_checkpoints, text)[:-1]
    bits = -log2[np.arange(len(text) - 1), ids[1:]]
    found = scored(app_checkpoints, about(app_checkpoints, text))
    json.dumps(plain(found), allow_nan=False)
    assert found.bits[0] is None
    assert found.bits[1:] == pytest.approx(bits, abs=2e-3)
    assert found.ranks == [0, *(1 + (log2 > -bits[:, None]).sum(1)).tolist()]
    assert found.total == pytest.approx(bits.sum(), abs=0.05)
    assert found.mean == pytest.approx(bits.mean(), abs=2e-3)

    shown = reading_shown(app_checkpoints, "tiny", text)
    assert shown.scores == found
    assert shown.unknown.startswith("1 character this model has not seen: é")


@pytest.mark.slow
@pytest.mark.parametrize(
    "cut", [Truncation(), Truncation(top_k=5), Truncation(top_p=0.5, min_p=0.2)], ids=str
)
def test_the_winners_are_what_the_sampler_wrote(
    app_checkpoints: Checkpoints, cut: Truncation
) -> None:
    sampler = app_checkpoints.sampler("tiny")
    texts = [t for [t] in sampler.sample(SEED, AT, 12, DICE, truncation=cut)]
    rules = {"top_k": cut.top_k, "top_p": cut.top_p, "min_p": cut.min_p}
    for column, text in enumerate(texts):
        for place in range(len(SEED), len(text)):
            asked = about(app_checkpoints, text, place=place, drawn=drawn(truncation=rules))
            found = explained(app_checkpoints, asked)
            json.dumps(plain(found), allow_nan=False)
            own, *columns = found.groups
            drawn_there = columns[column]
            assert found.name == character_name(text[place]) == drawn_there.winner
            assert [group.temperature for group in (own, *columns)] == [1, *AT]
            assert own.winner is None
            assert len(own.names) == len(own.chances) == len(own.behind) == 10
            assert drawn_there.names.count(found.name) == 1
            assert drawn_there.behind[drawn_there.names.index(found.name)] == 0
            assert all(behind >= 0 for behind in drawn_there.behind)


def test_chances_and_surprisal_are_the_models(app_checkpoints: Checkpoints) -> None:
    text = f"{SEED}of x"
    place = len(text) - 1
    log2 = forward(app_checkpoints, text)[place - 1]
    found = explained(app_checkpoints, about(app_checkpoints, text, place=place, drawn=drawn()))
    vocab = app_checkpoints.load("tiny").vocab
    assert found.bits == pytest.approx(-log2[vocab.encode("x")[0]], abs=2e-3)
    known = log2[: len(vocab.characters)]  # UNK is never drawn
    for row, temperature in zip(found.groups, [1, *AT], strict=True):
        p = np.exp2(known / temperature)
        p /= p.sum()
        order = np.argsort(-p)[:10]
        assert row.names[:10] == [character_name(vocab.characters[i]) for i in order]
        assert row.chances[:10] == pytest.approx(p[order], abs=1e-4)
        assert row.entropy == pytest.approx(-(p * np.log2(p)).sum(), abs=2e-3)


def test_at_zero_the_likeliest_is_drawn_without_dice(app_checkpoints: Checkpoints) -> None:
    asked = about(app_checkpoints, f"{SEED}of", place=len(SEED), drawn=drawn(temperatures=[0]))
    own, greedy = explained(app_checkpoints, asked).groups
    assert greedy.winner == own.names[0]
    assert (greedy.names, greedy.chances, greedy.behind) == ([greedy.winner], [1], [None])


def test_a_typed_character_has_the_models_own_distribution_alone(
    app_checkpoints: Checkpoints,
) -> None:
    found = explained(app_checkpoints, about(app_checkpoints, SEED, place=4, drawn=None))
    [own] = found.groups
    assert found.name == "m"
    assert own.temperature == 1
    first = explained(app_checkpoints, about(app_checkpoints, SEED, place=0, drawn=None))
    assert first == WhyAnswer("T", None, 0, [])


@pytest.mark.parametrize(
    "changed",
    [
        *({"text": text} for text in (None, 7, "", "a", "half \ud83d", "a" * 100_000)),
        *({"checkpoint": name} for name in (None, "nowhere", "../etc")),
        *({"fingerprint": print_} for print_ in (None, "0000000000")),
        *({"place": place} for place in (None, -1, 10**9, 2.5, math.nan, True, "4")),
        *({"drawn": given} for given in ("all", [], {}, drawn(given=10**9), drawn(given=1.5))),
        *({"drawn": drawn(dice=dice)} for dice in (None, -1, 10**9, math.nan, "7")),
        *({"drawn": drawn(temperatures=[t])} for t in (None, math.nan, -1, 1e9, 10**400, "hot")),
        {"drawn": drawn(temperatures=[])},
        {"drawn": drawn(temperatures=[1] * 1000)},
        *({"drawn": drawn(truncation={"top_k": 0, "top_p": p, "min_p": 0})} for p in (0, 2, None)),
        *({"drawn": drawn(truncation=given)} for given in (None, {"top_k": 3}, [0, 1, 0])),
    ],
    ids=str,
)
def test_what_no_page_sends_gets_a_sentence(
    app_checkpoints: Checkpoints, changed: dict[str, Any]
) -> None:
    good = about(app_checkpoints, f"{SEED}of life", place=len(SEED), drawn=drawn())
    assert explained(app_checkpoints, good).groups
    with pytest.raises(UserError, match=r"^[A-Z].*\. [A-Z].*\.$"):
        explained(app_checkpoints, good | changed)


@pytest.mark.parametrize("asked", [None, [], "text", {}, math.nan])
def test_server_functions_answer_with_a_sentence_whatever_is_sent(
    app_checkpoints: Checkpoints, asked: Any
) -> None:
    async def answers() -> list[dict[str, Any]]:
        return [await function(asked) for function in text_feed(app_checkpoints)]

    with ThreadPoolExecutor(1) as pool:  # a browser test may have a loop in this thread
        found = pool.submit(asyncio.run, answers()).result()
    for answer in found:
        assert answer == {
            "error": "The page sent a request that the server does not know. Reload the page."
        }


def test_the_longest_text_of_a_column_is_read(app_checkpoints: Checkpoints) -> None:
    text = "ab" * (MOST_CHARACTERS // 2)
    assert len(scored(app_checkpoints, about(app_checkpoints, text)).bits) == MOST_CHARACTERS
    with pytest.raises(UserError, match="25,001 characters"):
        scored(app_checkpoints, about(app_checkpoints, text + "a"))
