"""Model cards in the Hub's form: what a checkpoint was trained on, how, and what it scores."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import torch
from huggingface_hub import EvalResult, ModelCardData

from charlstm.corpus import Corpus
from charlstm.evaluate import Evaluation
from charlstm.train import Trainer


@dataclass(frozen=True)
class Provenance:
    """How a checkpoint came to be, as its run knows it.

    Attributes:
        preset: name of the settings it started from.
        seconds: of training, validation counted in.
        validation: the newest validation; None before the first.
        whole: whether that validation read the whole split, or the slice scored in training.
    """

    preset: str
    seconds: float
    validation: Evaluation | None
    whole: bool


def model_card(name: str, trainer: Trainer, corpus: Corpus, provenance: Provenance) -> str:
    """A ``README.md`` with the Hub's front matter, whose figures other programs can read."""
    config, model = trainer.config, trainer.model
    measured = provenance.validation
    text = f"the validation split of {corpus.description}"
    results = [
        EvalResult(
            task_type="text-generation",
            dataset_type=corpus.spec if corpus.spec in ("wikitext2", "brackets") else "text",
            dataset_name=text,
            metric_type=metric,
            metric_value=round(value, 4),
        )
        for metric, value in (
            ()
            if measured is None
            else (("bpc", measured.bpc), ("nats per character", measured.nats))
        )
    ]
    data = ModelCardData(
        library_name="charlstm",
        tags=["char-lstm", "text-generation"],
        pipeline_tag="text-generation",
        model_name=name,
        eval_results=results or None,
    )
    parameters = sum(p.numel() for p in model.parameters())
    passes = trainer.steps_done * config.streams * config.window / len(corpus.train)
    lines = [
        f"---\n{data.to_yaml()}\n---",
        f"# {name}",
        f"A character-level LSTM: embedding {config.embed_size}, {config.n_layers} x "
        f"{config.hidden_size} units, {parameters:,} parameters, {len(corpus.vocab)} ids.",
        "## What it was trained on",
        f"{corpus.description[0].upper()}{corpus.description[1:]}: {len(corpus.train):,} training "
        f"characters, {len(corpus.validation):,} validation characters.",
        "## How",
        f"Preset `{provenance.preset}`: {trainer.steps_done:,} steps of {config.streams} streams x "
        f"{config.window} characters ({passes:.2f} passes), {provenance.seconds:,.0f} s on "
        f"{_machine(trainer)}.",
        "## What it scores",
        _score(text, measured, _precision(trainer), whole=provenance.whole),
        "## How to use it",
        f'`python -m charlstm sample {name} --seed-text "The " --temperature 0.5`',
    ]
    return "\n\n".join(lines) + "\n"


def _score(text: str, measured: Evaluation | None, precision: str, *, whole: bool) -> str:
    if measured is None:
        return "Nothing was measured yet."
    how = (
        "every character but the first"
        if whole
        else "a fixed slice of it, spread evenly, while training went on"
    )
    return (
        f"{measured.nats:.4f} nats = {measured.bpc:.4f} bits per character on {text}: {how} "
        f"({measured.characters:,} characters), in eval mode, products in {precision}, hidden "
        "carried along 64 parallel streams."
    )


def _precision(trainer: Trainer) -> str:
    return str(trainer.precision).removeprefix("torch.")


def _machine(trainer: Trainer) -> str:
    if trainer.device.type == "cuda":
        where = torch.cuda.get_device_name(trainer.device)
    else:
        name = torch.cpu.get_capabilities().get("cpu_name") or platform.machine()
        where = f"{torch.get_num_threads()} threads of a CPU ({name})"
    return f"{where}, torch {torch.__version__}, products in {_precision(trainer)}"
