"""The precision of a training's matrix products: the faster one on this machine, by timing both.

The processor's feature flags don't suffice: if oneDNN is limited to fewer instructions than the
processor has, the first bfloat16 product fails, and without bfloat16 instructions it may be
emulated at a third of float32's speed.
"""

from __future__ import annotations

import functools
import math
import time

import torch
from torch import nn

from charlstm.model.lstm import products_in
from charlstm.model.workers import Workers

_STREAMS, _WINDOW, _EMBEDDING, _HIDDEN = 24, 16, 64, 288  # a thread's share of a step of `quick`
_ROUNDS = 6  # of which the first warms up
_GAIN = 1.1  # how many times as fast as float32 bfloat16 must be to be worth its rounding


@functools.cache
def fast_precision(device: torch.device) -> torch.dtype:
    """bfloat16 if an LSTM can be trained in it and in less time than in float32, else float32.

    A CPU is timed once a process; for a CUDA card, torch reports whether bfloat16 is native.
    """
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if native else torch.float32
    if not is_supported(torch.bfloat16, device):
        return torch.float32
    [gain] = Workers().map(_gain, [device])
    return torch.bfloat16 if gain >= _GAIN else torch.float32


def _gain(device: torch.device) -> float:
    """The speed of bfloat16 in units of float32's, for a training on one thread: the best of some
    rounds each, since other processes may be busy."""
    best = dict.fromkeys((torch.float32, torch.bfloat16), math.inf)
    for number in range(_ROUNDS):
        for precision in best:
            started = time.perf_counter()
            _train_once(precision, device)
            if number:
                best[precision] = min(best[precision], time.perf_counter() - started)
    return best[torch.float32] / best[torch.bfloat16]


@functools.cache
def is_supported(precision: torch.dtype, device: torch.device) -> bool:
    """Whether an LSTM can be trained on ``device`` with matrix products in ``precision``."""
    try:
        _train_once(precision, device)
    except RuntimeError:  # oneDNN: "could not create a primitive descriptor"
        return False
    return True


def name_of(precision: torch.dtype) -> str:
    """The name of a precision, such as "bfloat16"."""
    return str(precision).removeprefix("torch.")


def _train_once(precision: torch.dtype, device: torch.device) -> None:
    """One forward and backward pass through an LSTM; torch's default generators are restored."""
    cards = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(cards):
        lstm = nn.LSTM(_EMBEDDING, _HIDDEN, batch_first=True, device=device)
    inputs = torch.ones(_STREAMS, _WINDOW, _EMBEDDING, device=device)
    with products_in(precision, device):
        output, _ = lstm(inputs)
    output.float().sum().backward()
