"""Training, step by step (notebook section 5)."""

from __future__ import annotations

import copy
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.parallel import DistributedDataParallel

from charlstm.model.evaluate import Evaluation, fixed_slice, scores
from charlstm.model.lstm import CharLSTM
from charlstm.model.workers import share_count
from charlstm.text.corpus import Corpus
from charlstm.training.batches import ParallelStreams, RandomWindows
from charlstm.training.classes import CharacterClasses
from charlstm.training.config import TrainConfig
from charlstm.training.distributed import Next, Team
from charlstm.training.growth import check_growth, grow
from charlstm.training.precision import fast_precision
from charlstm.training.schedule import Plan, learning_rate_factor
from charlstm.training.start import start_orthogonal, start_unigram
from charlstm.training.update import Update

VALIDATION_SLICE = 65_536
"""Characters scored by each validation during training (`evaluate.fixed_slice`)."""


@dataclass(frozen=True)
class StepResult:
    """The figures of one step.

    Attributes:
        step: number of the step, from 1.
        loss: training loss before the update, nats per character.
        learning_rate: of the update.
        gradient_norm: before clipping.
        characters: characters read so far in training.
    """

    step: int
    loss: float
    learning_rate: float
    gradient_norm: float
    characters: int


def default_device() -> torch.device:
    """The device of a process that trains alone: a CUDA card if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Trainer:
    """Trains one model, one step a call; the caller stops by not calling `step` again.

    All randomness is a function of the seed and the step, so a trainer that has loaded another's
    `state_dict` continues with the same numbers, on the same kind of machine.

    Args:
        config: settings of the training.
        corpus: training and validation text.
        precision: type of the matrix products; weights stay in float32. None for `fast_precision`.
        team: the processes that train together; None for one process alone. All but the leader
            then call `follow` and nothing else.
        shares: number of shares of the streams on a CPU (`charlstm.model.workers`); the numbers
            depend on it by rounding. None for as many as suit this machine.

    Attributes:
        model: the model in training, over the `CharacterClasses` of the text; see `result`.
        plan: the planned number of steps; None if the budget is in seconds and not planned yet.
        steps_done: steps so far.
        device: the device that this process computes on.

    Raises:
        UserError: the text is too short for the settings, or the team's processes can't have equal
            shares of the streams.
    """

    def __init__(
        self,
        config: TrainConfig,
        corpus: Corpus,
        precision: torch.dtype | None = None,
        team: Team | None = None,
        shares: int | None = None,
    ) -> None:
        self.config = config
        self._team = team
        self._rows = team.rows(config.streams) if team else slice(None)
        self.device = team.device if team else default_device()
        self.precision = precision or self._fast_precision()
        self.plan = None if config.steps is None else Plan(config.steps)
        self.steps_done = 0
        reading = corpus.train, config.streams, config.window, config.seed
        self._batches = (
            RandomWindows(*reading)
            if config.batching == "windows"
            else ParallelStreams(*reading, config.fresh)
        )
        self._slice = fixed_slice(corpus.validation, VALIDATION_SLICE)
        self._validation = corpus.validation
        vocab_size = len(corpus.vocab)
        self._classes = CharacterClasses(corpus.train, vocab_size, config.classes or vocab_size)
        torch.manual_seed(config.seed)
        self.model = CharLSTM(
            self._classes.count,
            config.embed_size,
            config.hidden_size,
            config.n_layers,
            config.dropout,
            config.output_dropout,
            config.weight_drop,
        )
        if config.orthogonal:
            start_orthogonal(self.model)
        if config.unigram:
            start_unigram(self.model, self._classes.log_frequency)
        self.model.to(self.device)
        self._averaged = copy.deepcopy(self.model).eval() if config.average else None
        rows = len(range(config.streams)[self._rows])
        forward = DistributedDataParallel(self.model) if team else self.model
        alone_on_a_cpu = team is None and self.device.type == "cpu"
        self.shares = (shares or share_count(config.streams)) if alone_on_a_cpu else 1
        self._update = Update(self.model, forward, config, rows, self.precision, self.shares)

    def grow(self, small: CharLSTM) -> None:
        """Start from the weights of a smaller model over all ids; call before the first step.

        Errors as for `charlstm.training.growth.grow`.
        """
        check_growth(self.result, small)
        grow(self.model, self._classes.merged(small).to(self.device))
        if self._averaged is not None:
            self._averaged.load_state_dict(self.model.state_dict())

    @property
    def result(self) -> CharLSTM:
        """The model to score and save: a copy over all ids of the vocabulary, in eval mode, with
        the averaged weights if the settings have an average."""
        return self._classes.expanded(self._averaged or self.model)

    def step(self) -> StepResult:
        """Read one batch and update the weights once."""
        self._announce(Next.STEP)
        config, number = self.config, self.steps_done
        seed = config.seed * 1_000_003 + number + 1
        if self.device.type == "cuda":
            torch.manual_seed(seed)
        self.model.train()
        batch = self._batches.at(number)
        rate = config.learning_rate * learning_rate_factor(number, self.plan, config)
        inputs, targets = (
            self._classes.of(ids[self._rows]) for ids in (batch.inputs, batch.targets)
        )
        loss, norm = self._update(inputs, targets, batch.fresh[self._rows], rate, seed)
        self._average()
        self.steps_done = number + 1
        read = self.steps_done * config.streams * config.window
        loss = self._team.mean(loss) if self._team else loss
        nats = loss.item() + self._classes.nats_within(batch.targets)
        return StepResult(self.steps_done, nats, rate, norm.item(), read)

    def follow(self) -> None:
        """Perform the actions that the leader announces, until it announces the end."""
        assert self._team is not None
        while True:
            what, self.plan = self._team.hear()
            if what == Next.END:
                return
            if what == Next.STEP:
                self.step()
            else:
                self.state_dict()

    def end(self) -> None:
        """Announce the end to the other processes; without a team this does nothing."""
        self._announce(Next.END)

    def _fast_precision(self) -> torch.dtype:
        precision = fast_precision(self.device)
        if self._team and not self._team.all_agree(precision == torch.bfloat16):
            return torch.float32
        return precision

    def _announce(self, what: Next) -> None:
        if self._team and self._team.rank == 0:
            self._team.announce(what, self.plan)

    def _average(self) -> None:
        if self._averaged is not None:
            # The plain mean over the first steps, so that the initial weights are not averaged in.
            keep = min(self.config.average, self.steps_done / (self.steps_done + 1))
            with torch.no_grad():
                torch._foreach_lerp_(
                    list(self._averaged.parameters()), list(self.model.parameters()), 1 - keep
                )

    def validate(self) -> Evaluation:
        """The loss on the `fixed_slice` of the validation text, in eval mode and the precision of
        the training."""
        [score] = deque(self._scores(self._slice), maxlen=1)
        return score

    def validate_whole(self) -> Iterator[Evaluation]:
        """The same on the whole validation text, as running `scores`; the last is the result."""
        return self._scores(self._validation)

    def _scores(self, ids: np.ndarray) -> Iterator[Evaluation]:
        """The `scores` of `result`, computed over the classes: a character's surprisal is that of
        its class and that within it, of which the mean over all ids is in each score."""
        every = torch.from_numpy(ids.astype(np.int64))
        within = self._classes.nats_within(every[1:])
        model, classes = self._averaged or self.model, self._classes.of(every).numpy()
        for score in scores(model, classes, self.precision):
            nats = score.nats + within
            yield Evaluation(nats, nats / math.log(2), score.characters)

    def state_dict(self) -> dict[str, torch.Tensor]:
        """The state that a resumed training needs, as a flat dict of tensors."""
        self._announce(Next.GATHER)
        state = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        for name, parameter in self.model.named_parameters():
            for key, value in self._update.optimizer.state.get(parameter, {}).items():
                state[f"optimizer.{key}.{name}"] = value
        if self._averaged is not None:
            state |= {f"averaged.{k}": v for k, v in self._averaged.state_dict().items()}
        state["hidden.h"], state["hidden.c"] = (
            self._team.gathered(part) if self._team else part for part in self._update.hidden
        )
        state["steps_done"] = torch.tensor(self.steps_done)
        return state

    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        """Restore another trainer's `state_dict`, to continue after its last step; call before the
        first step."""
        self.model.load_state_dict(_below("model.", state))
        if self._averaged is not None:
            self._averaged.load_state_dict(_below("averaged.", state))
        for name, parameter in self.model.named_parameters():
            keys = ("step", "exp_avg", "exp_avg_sq")
            if f"optimizer.step.{name}" in state:
                self._update.optimizer.state[parameter] = {
                    key: state[f"optimizer.{key}.{name}"].to(self.device) for key in keys
                }
        for part, name in zip(self._update.hidden, ("hidden.h", "hidden.c"), strict=True):
            if name in state:
                part.copy_(state[name][:, self._rows])
        self.steps_done = int(state["steps_done"])


def _below(prefix: str, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
