"""Training, one step at a time (notebook section 5)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch.nn.parallel import DistributedDataParallel

from charlstm.model.evaluate import Evaluation, evaluate, fixed_slice, scores
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
"""Characters that are scored while training goes on (`evaluate.fixed_slice`)."""


@dataclass(frozen=True)
class StepResult:
    """What one step did.

    Attributes:
        step: counted from 1.
        loss: training loss before the step, nats per character.
        learning_rate: used in it.
        gradient_norm: before clipping.
        characters: read so far.
    """

    step: int
    loss: float
    learning_rate: float
    gradient_norm: float
    characters: int


def default_device() -> torch.device:
    """Where a process that trains alone computes: a CUDA card where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Trainer:
    """Trains one model, one step a call; stopping is not calling it again.

    Everything random is a function of the seed and the step, so a trainer that was given the
    `state_dict` of another goes on with the same numbers, on the same kind of machine.

    Args:
        config: what to do.
        corpus: what to read.
        precision: of the matrix products; weights stay in float32. None for `fast_precision`.
        team: the processes that train together; None for one alone. All but the leader then call
            `follow` and nothing else.
        shares: that one process on a CPU reads its streams in (`charlstm.model.workers`): part of
            the numbers, as rounding depends on it. None for as many as suit this machine.

    Attributes:
        model: what is trained, over the `CharacterClasses` of the text; see `result`.
        plan: how many steps there will be; None while a budget in seconds has not become steps.
        steps_done: so far.

    Raises:
        UserError: the text is too short for the settings, or its streams can't be shared out.
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
        """Start as a smaller model of all ids, before the first step.

        Errors as `charlstm.training.growth.grow`.
        """
        check_growth(self.result, small)
        grow(self.model, self._classes.merged(small).to(self.device))
        if self._averaged is not None:
            self._averaged.load_state_dict(self.model.state_dict())

    @property
    def result(self) -> CharLSTM:
        """The model that is scored and saved, a copy in eval mode over all ids of the vocabulary:
        of the averaged weights where there are such."""
        return self._classes.expanded(self._averaged or self.model)

    def step(self) -> StepResult:
        """One batch, one update of the weights."""
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
        """Do what the leader announces, until it announces the end."""
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
        """Send those home who follow; a trainer alone need not."""
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
            # While few steps are done, their own mean: the start must not be remembered.
            keep = min(self.config.average, self.steps_done / (self.steps_done + 1))
            with torch.no_grad():
                torch._foreach_lerp_(
                    list(self._averaged.parameters()), list(self.model.parameters()), 1 - keep
                )

    def validate(self) -> Evaluation:
        """The loss on a slice of the validation text, the same each time (`fixed_slice`), in eval
        mode and the precision of the training."""
        return evaluate(self.result, self._slice, self.precision)

    def validate_whole(self) -> Iterator[Evaluation]:
        """The same on the whole validation text: what was scored so far, the last all of it."""
        return scores(self.result, self._validation, self.precision)

    def state_dict(self) -> dict[str, torch.Tensor]:
        """All that a resumed training needs, as flat named tensors."""
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
        """Go on, before the first step, where the trainer that gave this `state_dict` stood."""
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
