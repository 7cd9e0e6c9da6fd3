"""A page with only the panels "What temperature does" and "Which one is human?", and checkpoints
for them."""

from __future__ import annotations

import asyncio
import json
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import gradio as gr
import torch

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.files import SETTINGS
from charlstm.model.lstm import CharLSTM
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import CorpusSpec
from charlstm.ui.app import launch_options
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


@contextmanager
def panels_page(checkpoints: Checkpoints) -> Iterator[str]:
    """Serve the page.

    Yields:
        Its address.
    """
    with gr.Blocks(analytics_enabled=False) as demo:
        picker = gr.Dropdown(checkpoints.names(), value=WITH_TEXT, label="Checkpoint")
        seed = gr.Textbox("The cab ", label="Seed text")
        build_effect_panel(checkpoints, picker, seed)
        build_blind_panel(checkpoints, picker)
    demo.queue()

    async def start() -> str:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        return demo.launch(
            **launch_options(),
            server_name="127.0.0.1",
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
        )[1]

    # As in conftest.py: a thread with an event loop of its own leaves no loop open.
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(asyncio.run, start()).result()
    demo.close(verbose=False)
