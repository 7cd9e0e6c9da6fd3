"""The endpoints of the running page, as a program uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.experiments.cells.watch import watched
from charlstm.experiments.cells.writing import written_on
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.hold import Unit
from charlstm.model.reading import read
from charlstm.model.truncation import Truncation
from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import ROOT
from tests.ui.conftest import TINY

LIMIT_OF_SCORE = 25_000


@pytest.fixture(scope="module")
def client(page_url: str) -> Iterator[Client]:
    client = Client(page_url, verbose=False)
    yield client
    client.close()


def test_the_readmes_example_runs(
    page_url: str, app_checkpoints: Checkpoints, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [example] = [
        block for block in re.findall(r"```python\n(.*?)```", readme, re.S) if "Client(" in block
    ]
    for there, here in (("http://127.0.0.1:7860", page_url), ("wikipedia-512", TINY)):
        assert there in example
        example = example.replace(there, here)
    found: dict[str, Any] = {}
    exec(compile(example, "README.md", "exec"), found)
    found["page"].close()
    printed = capsys.readouterr().out
    sampler, cut = app_checkpoints.sampler(TINY), Truncation(top_p=0.95)
    for [text] in sampler.sample("The meaning of life is ", [0.2, 0.5, 1.0], 200, 7, 1, cut):
        assert text in printed
    assert f"{read(sampler, 'He ( born 1912 )').bpc:.2f} bits per character" in printed
    assert re.search(r"closed \d+ of 50 at T 0\.5", printed)


@pytest.mark.slow
def test_thirty_programs_at_once_get_what_each_would_get_alone(
    page_url: str, app_checkpoints: Checkpoints
) -> None:
    at = [0.3, 0.6, 0.9, 1.2]
    with ThreadPoolExecutor(30) as people:
        patient = {"timeout": PATIENCE}  # by default httpx waits for five seconds
        clients = list(
            people.map(lambda _: Client(page_url, verbose=False, httpx_kwargs=patient), range(30))
        )

        def ask(number: int) -> list[str]:
            answer = clients[number].predict(TINY, "The ", at, 200, number, api_name="/sample")
            return [text["text"] for text in answer["texts"]]

        answers = list(people.map(ask, range(30)))
    for client in clients:
        client.close()
    sampler = app_checkpoints.sampler(TINY)
    for number, texts in enumerate(answers):
        assert texts == [text for [text] in sampler.sample("The ", at, 200, number)]


@pytest.mark.slow
def test_a_sample_carries_all_that_it_takes_to_have_it_again(
    client: Client, app_checkpoints: Checkpoints
) -> None:
    asked = (TINY, "a€\r\nb", [0.0, 1.5], 30, 11, 2, 20, 0.9, 0.01)
    found = client.predict(*asked, api_name="/sample")
    texts = app_checkpoints.sampler(TINY).sample(
        "a€\nb", [0.0, 1.5], 30, 11, 2, Truncation(20, 0.9, 0.01)
    )
    assert found == {
        "checkpoint": TINY,
        "fingerprint": app_checkpoints.info(TINY).fingerprint,
        "read_as_unk": ["€"],
        "line_ends": "The text has 1 line end other than a newline (1 CR LF), which is read as "
        "one.",
        "seed_text": "a€\nb",
        "length": 30,
        "dice": 11,
        "top_k": 20,
        "top_p": 0.9,
        "min_p": 0.01,
        "texts": [
            {"temperature": temperature, "sample": number, "text": texts[row][number - 1]}
            for row, temperature in enumerate([0.0, 1.5])
            for number in (1, 2)
        ],
    }


@pytest.mark.slow
def test_a_score_is_a_reading(client: Client, app_checkpoints: Checkpoints) -> None:
    text = "He ( born\n1912 ) <b>&"
    found = client.predict(TINY, text, api_name="/score")
    expected = read(app_checkpoints.sampler(TINY), text)
    assert found["text"] == text
    assert found["bits"][0] is found["ranks"][0] is None
    assert found["bits"][1:] == pytest.approx(expected.bits[1:].tolist())
    assert found["ranks"][1:] == expected.ranks[1:].tolist()
    assert found["bpc"] == pytest.approx(expected.bpc)
    assert found["total_bits"] == pytest.approx(sum(found["bits"][1:]))
    assert found["fingerprint"] == app_checkpoints.info(TINY).fingerprint


@pytest.mark.slow
def test_a_probe_counts_its_own_samples(client: Client, app_checkpoints: Checkpoints) -> None:
    found = client.predict(TINY, "He ( ", [0.5, 1.0], 30, 40, 3, api_name="/probe")
    expected = probe(app_checkpoints.sampler(TINY), ProbeQuestion("He ( ", (0.5, 1.0), 30, 40, 3))
    about = {"checkpoint": TINY, "fingerprint": app_checkpoints.info(TINY).fingerprint}
    assert found == about | {"read_as_unk": [], "line_ends": ""} | json.loads(
        json.dumps(expected.plain())
    )
    for row, temperature in zip(found["temperatures"], [0.5, 1.0], strict=True):
        assert row["temperature"] == temperature
        assert row["n"] == len(row["samples"]) == 30
        assert row["closed"] == sum(sample["fate"] == "closed" for sample in row["samples"])


@pytest.mark.slow
def test_cells_are_watched_and_held(client: Client, app_checkpoints: Checkpoints) -> None:
    text, units = "He ( born ", [Unit(1, 2), Unit(1, 5)]
    names, sampler = [str(unit) for unit in units], app_checkpoints.sampler(TINY)
    found = client.predict(TINY, text, names, True, True, 30, 0.5, 3, api_name="/cells")
    before = warm_up_text(app_checkpoints.info(TINY).corpus)
    expected = watched(sampler, text, units, before=before, held=units, gates=True)
    assert found["warm_up"] == len(before) > 500
    for part in ("units", "chances", "bracket"):
        assert found[part] == json.loads(json.dumps(asdict(expected)[part]))
    how = {"before": before, "temperature": 0.5, "length": 30, "dice": 3}
    assert found["written_on"] == asdict(written_on(sampler, text, units, **how))
    assert found["report"] is None
    assert found["fingerprint"] == app_checkpoints.info(TINY).fingerprint


REFUSED = [
    ("/sample", {"checkpoint": "../tiny"}, "There is no checkpoint called '../tiny'."),
    ("/sample", {"checkpoint": None}, "There is no checkpoint called"),
    ("/sample", {"checkpoint": {"a": []}}, "There is no checkpoint called"),
    ("/sample", {"seed_text": ""}, "The seed text is empty."),
    ("/sample", {"seed_text": 5}, "The argument 'seed_text' must be a text."),
    ("/sample", {"seed_text": "a" * 20_001}, "The seed text has 20,001 characters."),
    ("/sample", {"seed_text": "\ud800"}, "half of a character"),
    ("/sample", {"temperatures": []}, "The temperatures must be a list"),
    ("/sample", {"temperatures": 1.0}, "The temperatures must be a list"),
    ("/sample", {"temperatures": [1.0] * 9}, "The temperatures must be a list"),
    ("/sample", {"temperatures": ["<b>"]}, "The temperatures must be a list of numbers."),
    ("/sample", {"temperatures": [-1]}, "A temperature of -1 is out of range."),
    ("/sample", {"temperatures": [1e9]}, "A temperature of 1e+09 is out of range."),
    ("/sample", {"temperatures": [10**400]}, "The temperatures must be a list of numbers."),
    ("/sample", {"temperatures": [float("nan")]}, "The temperatures must be a list of numbers."),
    ("/sample", {"length": 0}, "A length of 0 characters is out of range."),
    ("/sample", {"length": 5_001}, "A length of 5,001 characters is out of range."),
    ("/sample", {"length": 10**9}, "1,000,000,000 characters, and 200,000 are allowed"),
    ("/sample", {"length": 1.5}, "The argument 'length' must be a whole number."),
    ("/sample", {"length": True}, "The argument 'length' must be a number."),
    ("/sample", {"samples": 0}, "0 samples can't be drawn."),
    ("/sample", {"dice": -1}, "The dice -1 are out of range."),
    ("/sample", {"top_k": -1}, "A top-k of -1 is out of range."),
    ("/sample", {"top_p": 0}, "A top-p of 0 is out of range."),
    ("/sample", {"min_p": 2}, "A min-p of 2 is out of range."),
    ("/score", {"text": "a"}, "The text has fewer than two characters"),
    ("/score", {"text": ["a", "b"]}, "The argument 'text' must be a text."),
    ("/score", {"text": "a" * (LIMIT_OF_SCORE + 1)}, "The text has 25,001 characters."),
    ("/probe", {"seed_text": "He "}, "bracket"),
    ("/probe", {"samples": 4_000, "horizon": 100}, "1,200,000 characters, and 1,000,000 are"),
    ("/probe", {"samples": 6_000, "horizon": 1}, "6,000 samples can't be drawn."),
    ("/probe", {"across_lines": 1}, "The argument 'across_lines' must be true or false."),
    ("/probe", {"horizon": 0}, "A horizon of 0 characters is out of range."),
    ("/cells", {"text": ""}, "The text is empty."),
    ("/cells", {"text": "a" * 2_001}, "The text has 2,001 characters."),
    ("/cells", {"units": []}, "No unit is named."),
    ("/cells", {"units": "1:2"}, "The units must be a list of names."),
    ("/cells", {"units": ["<b>"]}, "There is no unit called '<b>'."),
    ("/cells", {"units": ["9:0"]}, "The model has no unit 9:0."),
    ("/cells", {"units": [f"1:{n}" for n in range(9)]}, "Up to 8 units"),
    ("/cells", {"hold": "yes"}, "The argument 'hold' must be true or false."),
    ("/cells", {"length": 10**6}, "4,000,000 characters, and 200,000 are allowed"),
    ("/cells", {"length": 5, "text": "He "}, "no bracket is open"),
    ("/cells", {"length": 5, "temperature": 9}, "A temperature of 9 is out of range."),
]
ASKED = {
    "/sample": {
        "checkpoint": TINY,
        "seed_text": "a",
        "temperatures": [1.0],
        "length": 5,
        "dice": 7,
        "samples": 1,
        "top_k": 0,
        "top_p": 1.0,
        "min_p": 0.0,
    },
    "/score": {"checkpoint": TINY, "text": "ab"},
    "/probe": {
        "checkpoint": TINY,
        "seed_text": "He ( ",
        "temperatures": [1.0],
        "samples": 5,
        "horizon": 5,
        "dice": 7,
        "across_lines": False,
    },
    "/cells": {
        "checkpoint": TINY,
        "text": "He ( ",
        "units": ["1:2"],
        "hold": False,
        "gates": False,
        "length": 0,
        "temperature": 0.7,
        "dice": 7,
    },
}


@pytest.mark.slow
def test_what_cant_be_done_is_said_in_a_sentence(page_url: str) -> None:
    """Over plain HTTP, where a program may send values that `gradio_client` would not."""
    with httpx.Client(base_url=f"{page_url}gradio_api/call", timeout=60) as http:
        for endpoint, change, sentence in REFUSED:
            data = [*(ASKED[endpoint] | change).values()]
            body = json.dumps({"data": data})
            headers = {"content-type": "application/json"}
            sent = http.post(endpoint, content=body, headers=headers).raise_for_status()
            said = http.get(f"{endpoint}/{sent.json()['event_id']}").text
            event, answer = re.fullmatch(r"event: (\w+)\ndata: (.*)\n\n", said).groups()
            assert event == "error", (endpoint, change)
            assert sentence in json.loads(answer)["error"], (endpoint, change)


@pytest.mark.slow
def test_the_client_gets_the_sentence_as_it_is(client: Client) -> None:
    with pytest.raises(AppError, match=r"called '<b>'\. Choose one from the list\."):
        client.predict("<b>", "a", [1.0], api_name="/sample")
