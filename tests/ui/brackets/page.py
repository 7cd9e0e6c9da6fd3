"""Helpers of the tests of the Brackets tab: two models with known chances, and the tab."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path
from urllib.parse import urlencode

import torch
from playwright.sync_api import Locator, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.owners import claim
from charlstm.model.lstm import CharLSTM
from charlstm.text.vocabulary import Vocabulary
from charlstm.ui.components.visitor import COOKIE

LIVELY, SILENT, READER = "lively", "silent", "reader"
OWNER_TOKEN = "a" * 32
"""Of the browser that brought the text of `READER`; see `as_owner`."""
# The name makes the page expect WikiText's spelling of brackets; the type is no known corpus.
_CARD = """---
model-index:
- name: lively
  results:
  - task: {type: text-generation}
    dataset: {name: the validation split of WikiText-2, type: text}
    metrics: [{type: bpc, value: 4.0}]
---
"""


def bracket_checkpoints(folder: Path) -> Checkpoints:
    """Models whose output bias says what they write, whatever they read.

    The lively one writes brackets and newlines among letters, so that all three fates occur; the
    silent one never writes a bracket or a newline, so that nothing is decided before the horizon;
    the reader is the lively one once more, as a run that was trained on a text of one's own.
    """
    vocab = Vocabulary.from_text("\n" + "".join(map(chr, range(32, 127))))
    for name, logits in (
        (LIVELY, {")": 2.4, "(": 0.8, "\n": 0.9}),
        (SILENT, dict.fromkeys("()[]{}\n", -1e6)),
    ):
        torch.manual_seed(0)
        model = CharLSTM(len(vocab), embed_size=4, hidden_size=8, n_layers=1)
        with torch.no_grad():
            model.fc.bias.zero_()
            for character, logit in logits.items():
                model.fc.bias[vocab.characters.index(character)] = logit
        save_checkpoint(folder / name, model, vocab, _CARD)
    dice = random.Random(0)
    words = ["The", "cab", "bed", "face", "( a hag )", "[ had ]", ","]
    rows = (" ".join(dice.choices(words, k=40)) for _ in range(400))
    text = folder / "own.txt"
    text.write_text("\n".join(rows))
    shutil.copytree(folder / LIVELY, folder / READER)
    (folder / READER / "train.json").write_text(json.dumps({"corpus": str(text)}))
    claim(folder / READER, OWNER_TOKEN, shared=True)
    return Checkpoints(folder, folder)


def as_owner(page: Page, address: str) -> None:
    """Make the browser the one that brought the text of `READER`, before it opens the page."""
    page.context.add_cookies([{"name": COOKIE, "value": OWNER_TOKEN, "url": address}])


class Tab:
    """The tab in a browser."""

    def __init__(self, page: Page, address: str, **settings: str | int | float) -> None:
        self.page = page
        page.goto(f"{address}?{urlencode({'tab': 'brackets', 'checkpoint': LIVELY} | settings)}")
        self.seed = page.locator("#bracket-seed textarea")
        self.text = page.locator(".bracket-balance .bracket-text")
        self.sum = page.locator(".bracket-sum")
        self.brackets = self.text.locator(".bracket")
        self.strip = page.locator(".strip")
        self.place = page.locator(".strip-place")
        self.rows = page.locator(".bracket-row")
        self.answer = page.locator(".probe-answer")
        self.said = page.locator(".probe-verdict .probe-said")
        self.gallery = page.locator(".gallery-sample")
        self.battery = page.locator(".battery")
        self.toast = page.get_by_test_id("toast-body")
        expect(self.text).to_have_text(re.compile("."))

    def type(self, text: str) -> None:
        """Fill the box and wait until the balance view shows that text."""
        self.seed.fill(text)
        self.page.wait_for_function(
            "text => document.querySelector('.bracket-balance .bracket-text').textContent === text",
            arg=text,
        )

    def go_on(self) -> list[str]:
        """Press Continue, wait until each row has its fate, and return the rows' texts."""
        self.page.locator("#continue").click()
        expect(self.page.locator(".bracket-rows")).to_have_attribute("aria-busy", "false")
        return self.rows.locator(".bracket-text").all_text_contents()

    def ask(self) -> None:
        """Press Ask, and wait for the answer with its comparisons."""
        self.page.locator("#ask").click()
        expect(self.answer.locator(".dots")).to_have_attribute("data-phase", "done")
        expect(self.page.locator("#stop-asking")).to_have_count(0)

    def marked(self, kind: str) -> list[str]:
        """Texts of the brackets of a kind, in reading order."""
        return self.text.locator(f".bracket.{kind}").all_text_contents()

    def lit(self) -> Locator:
        """The outlined brackets."""
        return self.text.locator(".bracket.lit")
