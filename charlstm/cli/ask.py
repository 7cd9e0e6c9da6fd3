"""The commands that evaluate, sample and probe a checkpoint."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.cli.output import CORPUS, SEED_TEXT, Add, read_corpus, tell
from charlstm.cli.probe_answer import (
    add_question,
    answer,
    in_words,
    kind_of,
    question_of,
    write_answer,
)
from charlstm.counting import counted
from charlstm.experiments.cells.holding import held_in
from charlstm.export.probe_report import probe_document
from charlstm.model.evaluate import evaluate
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from charlstm.text.brackets import other_brackets_sentence
from charlstm.text.sources import SPLITS


def add_commands(add: Add) -> None:
    """Declare the commands and their arguments."""
    score = add("eval", _eval, "Score a checkpoint on a split of a corpus.")
    score.add_argument("checkpoint", type=Path)
    score.add_argument("--corpus", required=True, **CORPUS)
    score.add_argument("--split", choices=SPLITS, default="validation")

    sample = add("sample", _sample, "Continue a seed text at one or more temperatures.")
    sample.add_argument("checkpoint", type=Path)
    sample.add_argument("--seed-text", required=True, **SEED_TEXT)
    sample.add_argument("--temperature", type=float, nargs="+", default=[0.2, 0.5, 1.0])
    sample.add_argument("--length", type=int, default=400, help="characters to write")
    sample.add_argument("--dice", type=int, default=7, help="the same dice give the same texts")
    sample.add_argument(
        "--top-k", type=int, default=0, help="keep the k likeliest characters; 0 is off"
    )
    sample.add_argument(
        "--top-p",
        type=float,
        default=1.0,
        help="keep the fewest likeliest characters that reach this probability; 1 is off",
    )
    sample.add_argument(
        "--min-p",
        type=float,
        default=0.0,
        help="keep characters with at least this share of the likeliest's probability; 0 is off; "
        "truncation comes after temperature, in the order top-k, top-p, min-p",
    )

    sample.add_argument(
        "--hold",
        nargs="+",
        default=[],
        metavar="UNITS=VALUE",
        help="hold units, as LAYER:NUMBER, from the open bracket on (from the seed text's last "
        'character on if none is open): at a value of c, or at "comma", what c is with a comma for '
        "the bracket; such as 2:60,2:437=comma",
    )

    ask = add("probe", _probe, "Does it close the bracket that a seed text leaves open?")
    ask.add_argument("checkpoint", type=Path)
    ask.add_argument("--seed-text", required=True, **SEED_TEXT)
    ask.add_argument("--temperature", type=float, nargs="+", default=[0.5])
    add_question(ask)
    ask.add_argument(
        "--across-lines",
        action="store_true",
        help="let samples and controls go on after a newline, which else ends them: for code",
    )
    ask.add_argument(
        "--battery",
        action="store_true",
        help="probe 40 other seed texts too, for an answer about the model, not one seed text",
    )
    ask.add_argument(
        "--out",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="samples as .csv, everything as .json, the figure as .svg or .png",
    )


def _eval(options: argparse.Namespace) -> int:
    checkpoint, corpus = load_checkpoint(options.checkpoint), read_corpus(options.corpus)
    ids = corpus.ids(options.split, checkpoint.vocab)
    score = evaluate(checkpoint.model, ids)
    unknown = int(np.count_nonzero(ids[1:] == checkpoint.vocab.unk_id))
    text = (
        f"{score.nats:.4f} nats = {score.bpc:.4f} bits per character over "
        f"{counted(score.characters, 'character')}"
    )
    if unknown:
        share = max(unknown / score.characters, 0.001)
        less = "under " if share > unknown / score.characters else ""
        text += f", {unknown:,} of them ({less}{share:.1%}) read as UNK"
    tell(options, asdict(score) | {"read_as_unk": unknown}, text)
    return 0


def _sample(options: argparse.Namespace) -> int:
    sampler = _sampler(options)
    truncation = Truncation(options.top_k, options.top_p, options.min_p)
    held = held_in(sampler, options.seed_text, options.hold) if options.hold else None
    texts = sampler.sample(
        options.seed_text,
        options.temperature,
        options.length,
        options.dice,
        truncation=truncation,
        held=held and held.values,
        start=held and held.after,
    )
    samples = [
        {"temperature": temperature, "text": text}
        for temperature, [text] in zip(options.temperature, texts, strict=True)
    ]
    in_full = "\n\n".join(f"--- T {s['temperature']:g}\n{s['text']}" for s in samples)
    held_at = {"held": {str(unit): c for unit, c in held.values.items()}} if held else {}
    tell(options, {"samples": samples} | held_at, in_full)
    return 0


def _probe(options: argparse.Namespace) -> int:
    for path in options.out:
        kind_of(path)  # reports a wrong file name before the probe, which takes long
    sampler = _sampler(options)
    if others := other_brackets_sentence(options.seed_text):
        print(others, file=sys.stderr)
    report = answer(options.checkpoint, sampler, question_of(options), with_battery=options.battery)
    for path in options.out:
        write_answer(report, path)
    tell(options, probe_document(report), in_words(report))
    return 0


def _sampler(options: argparse.Namespace) -> Sampler:
    checkpoint = load_checkpoint(options.checkpoint)
    if unknown := checkpoint.vocab.unknown(options.seed_text):
        named = " ".join(repr(character) for character in unknown[:20])
        print(f"Not seen in training, read as UNK: {named}", file=sys.stderr)
    return Sampler(checkpoint.model, checkpoint.vocab)
