"""One update of a model's weights: the part of a training step that the device does.

On a CUDA card an update is hundreds of short kernels, which Python takes longer to send off than
the card to do. So after the first updates one is recorded as a CUDA graph, which all later ones
replay: the same kernels on the same places in memory.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from charlstm.model.lstm import CharLSTM, Hidden, products_in
from charlstm.training.config import TrainConfig

_EAGER = 3
"""Updates before one is recorded: libraries choose kernels and the optimizer makes its state."""


class Update:
    """Reads a batch and changes the weights by AdamW without weight decay, which is Adam.

    Args:
        model: whose weights change.
        forward: what reads for it: the model, or it within a
            `torch.nn.parallel.DistributedDataParallel`, which is never recorded.
        config: of the training.
        rows: streams that this process reads.
        precision: of the matrix products.

    Attributes:
        optimizer: with its state.
        hidden: after the last character read, each part of shape (n_layers, rows, hidden_size).
    """

    def __init__(
        self,
        model: CharLSTM,
        forward: nn.Module,
        config: TrainConfig,
        rows: int,
        precision: torch.dtype,
    ) -> None:
        self._device = model.fc.weight.device
        self._cuda = self._device.type == "cuda"
        self._recorded = self._cuda and forward is model
        self._model, self._forward, self._precision = model, forward, precision
        self._clip = config.clip
        self._rate = torch.zeros((), device=self._device)
        self.optimizer = torch.optim.AdamW(
            model.parameters(),
            lr=self._rate,
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
        self._graph: torch.cuda.CUDAGraph | None = None
        self._found: tuple[torch.Tensor, torch.Tensor] | None = None

    def __call__(
        self, inputs: torch.Tensor, targets: torch.Tensor, fresh: torch.Tensor, rate: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """One update. The dropout's dice are those of torch's own generator.

        Args:
            inputs, targets: int64 tensors of shape (rows, window), on any device.
            fresh: bool tensor of shape (rows,) on the CPU, those whose hidden starts from zeros;
                the others go on from the update before.
            rate: learning rate.

        Returns:
            the loss before it, nats per character, and the gradient's norm before clipping: tensors
            that the next update writes over.
        """
        self._inputs.copy_(inputs)
        self._targets.copy_(targets)
        self._rate.fill_(rate)
        if fresh.any():
            zeroed = fresh.to(self._device)[:, None]
            for part in self.hidden:
                part.masked_fill_(zeroed, 0.0)
        self._done += 1
        if not self._recorded or self._done <= _EAGER:
            return self.once()
        if self._graph is None:
            self._record()
        self._graph.replay()
        return self._found

    def once(self) -> tuple[torch.Tensor, torch.Tensor]:
        """One update with what stands in its places, kernel by kernel (notebook section 5)."""
        # From here in the Notebook tab,
        self.optimizer.zero_grad()
        with products_in(self._precision, self._device):
            logits, hidden = self._forward(self._inputs, self.hidden)
        loss = F.cross_entropy(logits.float(), self._targets.view(-1))
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self._model.parameters(), self._clip)
        self.optimizer.step()
        # to here.
        with torch.no_grad():
            for kept, new in zip(self.hidden, hidden, strict=True):
                kept.copy_(new)
        return loss.detach(), norm

    def _record(self) -> None:
        self.optimizer.zero_grad()  # so that the graph has gradients of its own
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._found = self.once()
        self._graph = graph
