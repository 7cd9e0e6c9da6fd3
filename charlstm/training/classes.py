"""Character classes for training: one for each of the commonest characters, one for all others.

Of the 629 ids of the shipped models' text, the 111 commonest make up all but 0.04 % of it. A
row of the last layer for each of the others would take a third of a training step's time. So in
training they share one row of the embedding and one of the last layer. Afterwards each gets that
row, with the logarithm of its share of the class added to its bias: the expanded model then gives
each character the probability of its class times that share.
"""

from __future__ import annotations

import numpy as np
import torch

from charlstm.model.lstm import CharLSTM

_UNSEEN = 0.5  # added to each count, so that ids that the text lacks, such as UNK, have a share


class CharacterClasses:
    """Classes of ids: one for each common id, in the order of the ids, then one for all others.

    Args:
        ids: int array of shape (characters,), the training text.
        vocab_size: number of ids, UNK's included.
        most: the most classes; at ``vocab_size`` or more each id is its own class.

    Attributes:
        count: the number of classes.
    """

    def __init__(self, ids: np.ndarray, vocab_size: int, most: int) -> None:
        self.count = min(most, vocab_size)
        counts = np.bincount(ids, minlength=vocab_size) + _UNSEEN
        alone = self.count if self.count == vocab_size else self.count - 1
        common = np.sort(np.argsort(-counts, kind="stable")[:alone])
        of_id = np.full(vocab_size, self.count - 1)
        of_id[common] = np.arange(alone)
        in_class = np.bincount(of_id, weights=counts)
        self._of_id = torch.from_numpy(of_id)
        self._log_share = torch.from_numpy(np.log(counts / in_class[of_id])).float()
        self.log_frequency = torch.from_numpy(np.log(in_class / in_class.sum())).float()
        """Log of each class's share of the training text, float32 of shape (count,)."""

    def of(self, ids: torch.Tensor) -> torch.Tensor:
        """The class of each id, an int64 tensor of the shape of ``ids``, on the CPU."""
        return self._of_id[ids]

    def nats_within(self, ids: torch.Tensor) -> float:
        """The mean surprisal of these ids within their classes, nats per character: the loss over
        all ids minus the loss over the classes."""
        return -self._log_share[ids].double().mean().item()

    def expanded(self, model: CharLSTM) -> CharLSTM:
        """A copy of a model over the classes as a model over all ids, in eval mode."""
        of_id = self._of_id.to(model.fc.weight.device)
        weights = {name: weight.detach() for name, weight in model.state_dict().items()}
        for name in ("embedding.weight", "fc.weight", "fc.bias"):
            weights[name] = weights[name][of_id]
        weights["fc.bias"] += self._log_share.to(of_id.device)
        return _with_weights(model, len(of_id), weights)

    def merged(self, model: CharLSTM) -> CharLSTM:
        """A copy of a model over all ids as a model over the classes, in eval mode; approximate.

        The rows of the last class are the means of its characters' rows, weighted by their shares;
        its bias is the log-sum-exp of theirs.
        """
        weights = {name: weight.detach() for name, weight in model.state_dict().items()}
        share = self._log_share.exp().to(weights["fc.bias"].device)
        of_id = self._of_id.to(share.device)
        for name in ("embedding.weight", "fc.weight"):
            rows = weights[name]
            empty = rows.new_zeros(self.count, rows.shape[1])
            weights[name] = empty.index_add(0, of_id, rows * share[:, None])
        bias = weights["fc.bias"]
        highest = bias.max()
        summed = bias.new_zeros(self.count).index_add(0, of_id, (bias - highest).exp())
        weights["fc.bias"] = summed.log() + highest
        return _with_weights(model, self.count, weights)


def _with_weights(model: CharLSTM, vocab_size: int, weights: dict[str, torch.Tensor]) -> CharLSTM:
    made = CharLSTM(
        vocab_size,
        model.embed_size,
        model.hidden_size,
        model.n_layers,
        model.dropout.p,
        model.output_dropout.p,
        model.weight_drop,
    ).to(model.fc.weight.device)
    made.load_state_dict(weights)
    return made.eval()
