"""One update of a model's weights: forward and backward pass, clipping, and optimizer step.

On a CPU each share of the streams is computed by one thread (`charlstm.model.workers`). On a CUDA
card an update is hundreds of short kernels, which Python takes longer to launch than the card to
compute. So after the first updates one is recorded as a CUDA graph, and all later ones replay it:
the same kernels on the same memory addresses.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from charlstm.model.lstm import CharLSTM, Hidden, products_in
from charlstm.model.workers import Workers, shares
from charlstm.training.config import TrainConfig

_EAGER = 3
"""Updates before one is recorded, in which libraries choose kernels and the optimizer allocates its
state."""
_SEEDS_A_STEP = 64
"""Dropout seeds reserved for a step, one a share."""

_Recording = tuple[torch.cuda.CUDAGraph, tuple[torch.Tensor, torch.Tensor]]
"""A recorded update, and its loss and norm, which each replay overwrites."""


class Update:
    """Reads a batch and updates the weights by AdamW without weight decay, which is Adam.

    Args:
        model: its parameters that require a gradient are updated in place.
        forward: the module of the forward pass: the model, or a
            `torch.nn.parallel.DistributedDataParallel` of it, whose updates are neither recorded
            nor split into shares.
        config: settings of the training.
        rows: number of streams that this process reads.
        precision: type of the matrix products.
        share_count: number of shares of the streams on a CPU.

    Attributes:
        optimizer: the AdamW optimizer.
        hidden: (h, c) after the last character read, each of shape (n_layers, rows, hidden_size).
    """

    def __init__(
        self,
        model: CharLSTM,
        forward: nn.Module,
        config: TrainConfig,
        rows: int,
        precision: torch.dtype,
        share_count: int,
    ) -> None:
        self._device = model.fc.weight.device
        self._cuda = self._device.type == "cuda"
        alone = forward is model
        self._recorded = self._cuda and alone
        self._workers = Workers() if alone and not self._cuda else None
        self._shares = shares(rows, share_count)
        self._model, self._forward, self._precision = model, forward, precision
        self._parameters = [p for p in model.parameters() if p.requires_grad]
        self._clip = config.clip
        last = {id(parameter) for parameter in model.fc.parameters()}
        self._rates = [
            (factor, torch.zeros((), device=self._device)) for factor in (1.0, config.output_rate)
        ]
        groups = [
            {"params": [p for p in self._parameters if (id(p) in last) is is_last], "lr": rate}
            for is_last, (_, rate) in zip((False, True), self._rates, strict=True)
        ]
        self.optimizer = torch.optim.AdamW(
            groups,
            betas=config.betas,
            weight_decay=0.0,
            fused=True,
            capturable=self._cuda,
        )
        self._inputs, self._targets = (
            torch.zeros(rows, config.window, dtype=torch.int64, device=self._device)
            for _ in range(2)
        )
        self.hidden: Hidden = model.init_hidden(rows)
        self._done = 0
        self._seed = 0
        self._recording: _Recording | None = None

    def __call__(
        self,
        inputs: torch.Tensor,
        targets: torch.Tensor,
        fresh: torch.Tensor,
        rate: float,
        seed: int,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Update the weights once.

        Args:
            inputs, targets: int64 tensors of shape (rows, window), on any device.
            fresh: bool tensor of shape (rows,) on the CPU, True for streams whose hidden starts
                from zeros; the others continue from the update before.
            rate: learning rate of all layers but the last, which has ``config.output_rate`` times
                as much.
            seed: random seed of the step's dropout on a CPU; a CUDA card uses torch's default
                generator.

        Returns:
            the loss before the update, nats per character, and the norm of the gradient before
            clipping: tensors that the next update may overwrite.
        """
        self._inputs.copy_(inputs)
        self._targets.copy_(targets)
        for factor, group_rate in self._rates:
            group_rate.fill_(rate * factor)
        self._seed = seed * _SEEDS_A_STEP
        if fresh.any():
            zeroed = fresh.to(self._device)[:, None]
            for part in self.hidden:
                part.masked_fill_(zeroed, 0.0)
        self._done += 1
        if not self._recorded or self._done <= _EAGER:
            return self.once()
        if self._recording is None:
            self._recording = self._record()
        graph, result = self._recording
        graph.replay()
        return result

    def _whole(self) -> torch.Tensor:
        """Compute the gradient of all streams at once into the parameters' ``grad``; return the
        loss."""
        # From here in the lesson,
        self.optimizer.zero_grad()
        with products_in(self._precision, self._device):
            generator = self._generator(0)
            logits, hidden = self._forward(self._inputs, self.hidden, generator)
        loss = F.cross_entropy(logits.float(), self._targets.view(-1))
        loss.backward()
        # to here.
        with torch.no_grad():
            for kept, new in zip(self.hidden, hidden, strict=True):
                kept.copy_(new)
        return loss.detach()

    def once(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Update once with the batch and rates set last (notebook section 5)."""
        loss = self._whole() if self._workers is None else self._in_shares(self._workers)
        # From here in the lesson,
        norm = nn.utils.clip_grad_norm_(self._parameters, self._clip)
        self.optimizer.step()
        # to here.
        return loss, norm

    def _in_shares(self, workers: Workers) -> torch.Tensor:
        """`_whole` computed share by share; the gradients are summed in the shares' order."""

        def share(number: int) -> tuple[torch.Tensor, list[torch.Tensor]]:
            rows = self._shares[number]
            parts = [part[:, rows] for part in self.hidden]
            # Copies, since other shares write into the same tensor while this one is read.
            before = tuple(part.clone() for part in parts)
            with products_in(self._precision, self._device):
                logits, after = self._model(self._inputs[rows], before, self._generator(number))
            targets = self._targets[rows].reshape(-1)
            loss = F.cross_entropy(logits.float(), targets, reduction="sum") / self._targets.numel()
            gradients = torch.autograd.grad(loss, self._parameters)
            with torch.no_grad():
                for kept, new in zip(parts, after, strict=True):
                    kept.copy_(new)
            return loss.detach(), list(gradients)

        (loss, gradients), *others = workers.map(share, range(len(self._shares)))
        for other_loss, other_gradients in others:
            loss = loss + other_loss
            torch._foreach_add_(gradients, other_gradients)
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = gradient
        return loss

    def _generator(self, share: int) -> torch.Generator | None:
        return None if self._cuda else torch.Generator().manual_seed(self._seed + share)

    def _record(self) -> _Recording:
        self.optimizer.zero_grad()  # the graph must allocate its own gradients
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            result = self.once()
        return graph, result
