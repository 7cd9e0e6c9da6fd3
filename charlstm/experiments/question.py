"""`ProbeQuestion`: the arguments of a probe, the same on the page, in /probe and on the command
line."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.errors import user_error
from charlstm.model.limits import check_temperature
from charlstm.model.noise import check_dice
from charlstm.text.brackets import Target, with_comma

MAX_SAMPLES = 5_000
MAX_HORIZON = 2_000


@dataclass(frozen=True)
class ProbeQuestion:
    """Does the model close the innermost bracket that a seed text leaves open?

    Args:
        seed_text: text that leaves at least one bracket open; the innermost is the target.
        temperatures: one or more, each 0 to `limits.MAX_TEMPERATURE`.
        samples: continuations at each temperature, 1 to `MAX_SAMPLES`.
        horizon: characters after which a sample is censored, 1 to `MAX_HORIZON`.
        dice: random seed, 0 to `noise.MAX_DICE`; samples and controls share it.
        across_lines: whether samples and controls go on after a newline, as a bracket in code
            does; else a newline ends them.

    Raises:
        UserError: the seed text is empty or leaves no bracket open, or a number is out of range.

    Example:
        >>> question = ProbeQuestion("He ( x", (0.5,))
        >>> question.with_comma, question.with_pair
        ('He , x', 'He ( ) x')
    """

    seed_text: str
    temperatures: tuple[float, ...]
    samples: int = 200
    horizon: int = 200
    dice: int = 7
    across_lines: bool = False

    def __post_init__(self) -> None:
        if not self.seed_text:
            raise user_error("experiments.question.empty")
        if not self.temperatures:
            raise user_error("experiments.question.no_temperature")
        for temperature in self.temperatures:
            check_temperature(temperature)
        if not 1 <= self.samples <= MAX_SAMPLES:
            raise user_error("experiments.question.samples", samples=self.samples, most=MAX_SAMPLES)
        if not 1 <= self.horizon <= MAX_HORIZON:
            raise user_error("experiments.question.horizon", horizon=self.horizon, most=MAX_HORIZON)
        check_dice(self.dice)
        Target(self.seed_text)  # raises if the text leaves no bracket open

    def target(self) -> Target:
        """A `Target` of the seed text that has read no character yet."""
        return Target(self.seed_text)

    @property
    def with_comma(self) -> str:
        """The first control: the seed text with its target bracket replaced by a comma."""
        return with_comma(self.seed_text, self.target().position)

    @property
    def with_pair(self) -> str:
        """The second control: the seed text with its target bracket replaced by a closed pair."""
        target = self.target()
        end = target.position + 1
        return f"{self.seed_text[:end]} {target.closing}{self.seed_text[end:]}"
