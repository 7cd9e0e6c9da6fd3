"""The precision of a training's matrix products: what this machine does faster, found by trying it.

What a processor says of itself is not enough. One that is held to fewer instructions than it has
fails at the first bfloat16 product, and one without instructions for bfloat16 may emulate it at a
third of float32's speed.
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
_GAIN = 1.1  # times as fast as float32 that bfloat16 must be, to be worth its rounding


@functools.cache
def fast_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where an LSTM can be trained in it and takes less time than in float32; else
    float32. Tried once a process; of a CUDA card its driver is asked."""
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if native else torch.float32
    if not is_supported(torch.bfloat16, device):
        return torch.float32
    [gain] = Workers().map(_gain, [device])
    return torch.bfloat16 if gain >= _GAIN else torch.float32


def _gain(device: torch.device) -> float:
    """How many times as fast as in float32 a training is in bfloat16, on the thread at hand: the
    best of some rounds, as others may be busy on this machine."""
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
    """Whether an LSTM can be trained on a device with matrix products in a precision."""
    try:
        _train_once(precision, device)
    except RuntimeError:  # oneDNN: "could not create a primitive descriptor"
        return False
    return True


def name_of(precision: torch.dtype) -> str:
    """A precision as torch names it, such as "bfloat16"."""
    return str(precision).removeprefix("torch.")


def _train_once(precision: torch.dtype, device: torch.device) -> None:
    """One pass forward and back through an LSTM; torch's own generator is left as it was."""
    cards = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(cards):
        lstm = nn.LSTM(_EMBEDDING, _HIDDEN, batch_first=True, device=device)
    inputs = torch.ones(_STREAMS, _WINDOW, _EMBEDDING, device=device)
    with products_in(precision, device):
        output, _ = lstm(inputs)
    output.float().sum().backward()
