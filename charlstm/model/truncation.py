"""Truncation: drop unlikely characters, by their probabilities at the sampling temperature."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from charlstm.errors import user_error


@dataclass(frozen=True)
class Truncation:
    """Keeps the likeliest characters of softmax(logits / T); the default keeps all.

    Top-k, top-p and min-p apply in this order, each to the result of the one before, renormalized;
    the likeliest character is always kept. Of equally likely characters, lower ids come first.

    Sources: top-k, Fan, Lewis and Dauphin, "Hierarchical Neural Story Generation" (2018); top-p,
    Holtzman et al., "The Curious Case of Neural Text Degeneration" (2020); min-p, Nguyen et al.,
    "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs" (2025).

    Args:
        top_k: keeps the k likeliest characters; 0 is off.
        top_p: keeps the fewest likeliest characters whose probabilities sum to at least this; 1
            is off.
        min_p: keeps characters with at least this share of the likeliest's probability; 0 is off.

    Raises:
        UserError: one of them is out of its range.

    Example:
        >>> Truncation(top_k=3, top_p=0.7).applied(torch.tensor([0.1, 0.4, 0.3, 0.2]))
        tensor([0.0000, 0.5714, 0.4286, 0.0000])
    """

    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.top_k, int) or self.top_k < 0:
            raise user_error("model.top_k", k=str(self.top_k))
        if not 0 < self.top_p <= 1:  # NaN fails this too
            raise user_error("model.top_p", p=f"{self.top_p:g}")
        if not 0 <= self.min_p <= 1:
            raise user_error("model.min_p", p=f"{self.min_p:g}")

    def applied(self, probabilities: torch.Tensor) -> torch.Tensor:
        """The truncated and renormalized probabilities, of the same shape (…, vocab)."""
        if self == NO_TRUNCATION:
            return probabilities
        ordered, ids = probabilities.double().sort(dim=-1, descending=True, stable=True)
        if self.top_k:
            ordered[..., self.top_k :] = 0
        if self.top_p < 1:
            before = ordered.cumsum(-1) - ordered
            ordered[before >= self.top_p * ordered.sum(-1, keepdim=True)] = 0
        ordered[ordered < self.min_p * ordered[..., :1]] = 0
        ordered /= ordered.sum(-1, keepdim=True)
        return torch.zeros_like(probabilities).scatter_(-1, ids, ordered.to(probabilities.dtype))


NO_TRUNCATION = Truncation()


def probabilities(logits: torch.Tensor, temperature: torch.Tensor) -> torch.Tensor:
    """softmax(logits / T); at T = 0 the likeliest character has probability 1.

    Args:
        logits: float32 tensor of shape (…, vocab).
        temperature: float32 tensor that broadcasts against it, (…, 1) or a single number.
    """
    best, ids = logits.max(dim=-1, keepdim=True)
    # Shifted so that the highest logit is 0: no temperature is then too small to divide by.
    scaled = (logits - best) / temperature.clamp(min=torch.finfo(torch.float32).tiny)
    greedy = torch.zeros_like(logits).scatter_(-1, ids, 1.0)
    return torch.where(temperature > 0, scaled.softmax(-1), greedy)
