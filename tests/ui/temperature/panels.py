"""A page with only the panels "What temperature does" and "Which one is human?", and checkpoints
for them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import gradio as gr
import torch

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.files import SETTINGS
from charlstm.model.lstm import CharLSTM
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import CorpusSpec
from charlstm.ui.app import page_head
from charlstm.ui.page import Page
from charlstm.ui.temperature.blind.panel import build_blind_panel
from charlstm.ui.temperature.effect.panel import build_effect_panel

TEXTLESS, WITH_TEXT, SLOW = "textless", "with-text", "slow"


def write_prose(folder: Path) -> CorpusSpec:
    """Write a text of some 90,000 characters in paragraphs of 600, and return its spec."""
    rng = random.Random(0)
    words = ["the", "cab", "( bed )", "face", "a", "hag", ".", "bead", "faded"]
    paragraphs = (" ".join(rng.choices(words, k=160))[:600] for _ in range(150))
    path = folder / "prose.txt"
    path.write_text("The" + "\n\n".join(paragraphs))
    return CorpusSpec.parse(str(path))


def panel_checkpoints(folder: Path) -> Checkpoints:
    """Write checkpoints of random weights: without a known training text, with one, and slow."""
    text = write_prose(folder)
    vocab = load_corpus(text).vocab
    for name, size in ((TEXTLESS, 16), (WITH_TEXT, 16), (SLOW, 512)):
        torch.manual_seed(0)
        model = CharLSTM(len(vocab), embed_size=8, hidden_size=size, n_layers=1)
        with torch.no_grad():
            model.fc.bias[0] = -5  # the newline's logit: it would end a paragraph
        save_checkpoint(folder / name, model, vocab, "Random weights.\n")
    (folder / WITH_TEXT / SETTINGS).write_text(json.dumps({"corpus": str(text)}))
    return Checkpoints(folder, folder)


def panels(checkpoints: Checkpoints) -> Page:
    """The page, not yet launched."""
    demo = Page(page_head, analytics_enabled=False)
    with demo:
        picker = gr.Dropdown(checkpoints.names(), value=WITH_TEXT, label="Checkpoint")
        seed = gr.Textbox("The cab ", label="Seed text")
        build_effect_panel(checkpoints, picker, seed)
        build_blind_panel(checkpoints, picker)
    demo.queue()
    return demo
