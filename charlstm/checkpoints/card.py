"""Model cards in the Hub's format: a checkpoint's training text, settings and scores."""

from __future__ import annotations

import platform
import re
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import EvalResult, ModelCardData

from charlstm.checkpoints.files import OWN_TEXT
from charlstm.counting import counted
from charlstm.model.evaluate import Evaluation
from charlstm.text.corpus import Corpus
from charlstm.text.decoding import readable
from charlstm.text.seed_texts import seed_texts_of
from charlstm.text.sources import HUB_CONFIG, HUB_ID
from charlstm.text.spec import CorpusKind
from charlstm.text.vocabulary import Vocabulary
from charlstm.training.config import PRESETS, TrainConfig, preset_config
from charlstm.training.precision import name_of
from charlstm.training.trainer import Trainer

_OPTIONS = {"hidden_size": "--hidden-size", "learning_rate": "--learning-rate"}
"""Settings that a run may override, and the options of the ``train`` command that do so."""


@dataclass(frozen=True)
class Provenance:
    """How a run produced a checkpoint.

    Attributes:
        preset: name of the preset of its settings.
        seconds: seconds of training, validations included.
        validation: the latest validation; None before the first.
        whole: whether that validation scored the whole split; else the slice scored in training.
        grown_from: folder of the checkpoint whose weights it started from; None for random weights.
        title: that the run was given (`charlstm.checkpoints.title`); "" for none.
    """

    preset: str
    seconds: float
    validation: Evaluation | None
    whole: bool
    grown_from: str | None = None
    title: str = ""


def model_card(name: str, trainer: Trainer, corpus: Corpus, provenance: Provenance) -> str:
    """The model card of a run, with machine-readable figures in the Hub's front matter.

    The card states no licence: that depends on the rights to the training text, which the run does
    not know.

    Args:
        name: of the checkpoint's folder.
        trainer: its settings and its model.
        corpus: its training and validation text.
        provenance: what else the run knows.

    Returns:
        the content of ``README.md``.
    """
    config, model = trainer.config, trainer.result
    parameters = sum(p.numel() for p in model.parameters())
    text = f"the validation split of {corpus.description}"
    again = shlex.quote(_spec(corpus))
    folder = _folder(name)
    name = provenance.title or readable(name)
    floor = ""
    if corpus.floor is not None:
        floor = f" Its entropy is {corpus.floor:.4f} nats per character: no model scores better."
    lines = [
        f"---\n{_front_matter(name, text, corpus, provenance.validation).to_yaml()}\n---",
        f"# {_escaped(name)}",
        f"A character-level LSTM: embedding {config.embed_size}, {config.n_layers} x "
        f"{counted(config.hidden_size, 'unit')}, {parameters:,} parameters, "
        f"{counted(len(corpus.vocab), 'id')}.",
        "## What it was trained on",
        f"{corpus.description[0].upper()}{corpus.description[1:]}: "
        f"{counted(len(corpus.train), 'training character')}, "
        f"{counted(len(corpus.validation), 'validation character')}.{floor}",
        *([corpus.remark] if corpus.remark else []),
        "No licence is stated here: the weights are made from that text, so their licence depends "
        "on the rights to it. Whoever publishes them adds it above (`license:`).",
        "## How",
        _training(trainer, corpus, provenance),
        _command(
            f"train --corpus {again} --preset {provenance.preset}{_arguments(trainer, provenance)}"
        ),
        "## What it scores",
        _score(text, provenance.validation, _precision(trainer), whole=provenance.whole),
        _command(f"eval {folder} --corpus {again}"),
        "scores the whole split in float32.",
        "## Does it close a bracket?",
        *_question(folder, corpus.vocab),
        "## What it is for, and where it fails",
        "For sampling and probing, as an example of what a small recurrent network learns from its "
        "text alone. It knows no facts, loses the thread, loops at low temperatures, reads "
        "characters that its text lacks as one unknown character, and writes whatever its text "
        "makes likely, about people too. It may repeat passages of its text word for word.",
        _command(
            f"sample {folder} --seed-text "
            f"{shlex.quote(_known(corpus.vocab, 'The ', '( ', *corpus.vocab.characters) or '')}"
        ),
    ]
    return "\n\n".join(lines) + "\n"


def _command(arguments: str) -> str:
    """A command as a block of code, its fence longer than any run of backticks in it."""
    fence = "`" * max(3, _longest_run(arguments) + 1)
    return f"{fence}\npython -m charlstm {arguments}\n{fence}"


def _inline(name: str) -> str:
    """A name as code in a line, between more backticks than are in it."""
    name = readable(name)
    ticks = "`" * (_longest_run(name) + 1)
    space = " " if name.startswith("`") or name.endswith("`") else ""
    return f"{ticks}{space}{name}{space}{ticks}"


def _escaped(name: str) -> str:
    """A name as text in Markdown."""
    return re.sub(r"([\\`*_\[\]<>&~|$#])", r"\\\1", name)


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks in a text."""
    return max(map(len, re.findall("`+", text)), default=0)


def _folder(name: str) -> str:
    """A checkpoint's folder as an argument."""
    return shlex.quote(f"checkpoints/{readable(name)}")


def _front_matter(
    name: str, text: str, corpus: Corpus, measured: Evaluation | None
) -> ModelCardData:
    """The metadata for other programs: the kind of model, its scores, and the text scored."""
    dataset: str = "text"
    config: str | None = None
    hub = corpus.spec.hub
    if corpus.spec.kind is CorpusKind.WIKITEXT2:
        dataset, config = HUB_ID, HUB_CONFIG
    elif hub is not None:
        dataset, config = hub.dataset, hub.config or None
    elif corpus.spec.kind is CorpusKind.BRACKETS:
        dataset = "brackets"
    figures = {"bpc": measured.bpc, "nats per character": measured.nats} if measured else {}
    results = [
        EvalResult(
            task_type="text-generation",
            dataset_type=dataset,
            dataset_config=config,
            dataset_split="validation",
            dataset_name=text,
            metric_type=metric,
            metric_value=round(value, 4),
        )
        for metric, value in figures.items()
    ]
    return ModelCardData(
        library_name="charlstm",
        tags=["char-lstm", "text-generation"],
        pipeline_tag="text-generation",
        datasets=[dataset] if hub is not None else None,
        model_name=name,
        eval_results=results or None,
        widget=[{"text": text} for text in seed_texts_of(corpus)] or None,
    )


def _question(folder: str, vocab: Vocabulary) -> list[str]:
    seed_text = _known(vocab, "He ( ", "( ", "(")
    if seed_text is None or vocab.unknown(")"):
        return ["Its text has no round brackets."]
    return [
        "Not measured yet. Rates, each with an interval and a control, come from",
        _command(f"probe {folder} --seed-text {shlex.quote(seed_text)} --temperature 0.5 1"),
    ]


def _known(vocab: Vocabulary, *texts: str) -> str | None:
    """The first text whose characters are all in the vocabulary."""
    return next((text for text in texts if not vocab.unknown(text)), None)


def _spec(corpus: Corpus) -> str:
    """The corpus's spec; a name that stands in for that of a file, which is private."""
    return corpus.spec.name if corpus.spec.is_public else OWN_TEXT


def _training(trainer: Trainer, corpus: Corpus, provenance: Provenance) -> str:
    config, done = trainer.config, trainer.steps_done
    passes = done * config.streams * config.window / len(corpus.train)
    planned = trainer.plan and trainer.plan.total
    of_those = f" of {planned:,} planned ones" if planned and planned > done else ""
    own = _own_settings(config, provenance.preset)
    named = ", ".join(f"{setting} {value}" for setting, value in own.items())
    but = f" but for {named}" if own else ""
    card = " on a CUDA card, whose presets are others," if trainer.device.type == "cuda" else ""
    again = (
        f"The same{card} with the preset's own values otherwise:"
        if own.keys() - set(_OPTIONS)
        else f"The same steps again,{card} up to what another machine rounds otherwise:"
    )
    grown = ""
    if provenance.grown_from is not None:
        grown = f", started with the weights of {_inline(Path(provenance.grown_from).name)}"
    return (
        f"Preset {_inline(provenance.preset)}{but}{grown}: {counted(done, 'step')}{of_those} of "
        f"{counted(config.streams, 'stream')} x {counted(config.window, 'character')} "
        f"({passes:.2f} passes), "
        f"{provenance.seconds:,.0f} s on {_machine(trainer)}. {again}"
    )


def _own_settings(config: TrainConfig, preset: str) -> dict[str, Any]:
    """The settings of a training that differ from its preset's, except for the budget."""
    usual = asdict(preset_config(preset)) if preset in PRESETS else {}
    return {
        setting: value
        for setting, value in asdict(config).items()
        if setting not in ("steps", "seconds") and usual.get(setting) != value
    }


def _arguments(trainer: Trainer, provenance: Provenance) -> str:
    steps = trainer.plan.total if trainer.plan else trainer.steps_done
    own = _own_settings(trainer.config, provenance.preset)
    grown_from = provenance.grown_from
    return (
        "".join(f" {option} {own[name]}" for name, option in _OPTIONS.items() if name in own)
        + (f" --steps {steps}" if steps else "")
        + (f" --grow {_folder(Path(grown_from).name)}" if grown_from else "")
    )


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
        f"({counted(measured.characters, 'character')}), in eval mode, products in {precision}, "
        f"hidden "
        "carried along 64 parallel streams."
    )


def _precision(trainer: Trainer) -> str:
    return name_of(trainer.precision)


def _machine(trainer: Trainer) -> str:
    if trainer.device.type == "cuda":
        where = torch.cuda.get_device_name(trainer.device)
    else:
        name = torch.cpu.get_capabilities().get("cpu_name") or platform.machine()
        threads = trainer.shares  # or one, while one thread was faster
        where = f"{threads} thread{'s' if threads > 1 else ''} of a CPU ({name})"
    return f"{where}, torch {torch.__version__}, products in {_precision(trainer)}"
