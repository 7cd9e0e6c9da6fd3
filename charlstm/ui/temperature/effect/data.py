"""Data that the browser draws of the measurement "What temperature does": figures and sentences.

No gradio, no HTML; texts stay plain text, and the browser inserts them as text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

from charlstm.checkpoints.catalog import CheckpointInfo
from charlstm.experiments.intervals import Estimate
from charlstm.experiments.temperature_effect import (
    LENGTH,
    MEASURES,
    STREAMS,
    TEMPERATURES,
    EffectProgress,
    EffectResult,
    Measured,
)
from charlstm.text.corpus import Corpus
from charlstm.texts import listed, text
from charlstm.ui.components.contract import TextAt

_SHARES = ("words", "distinct")


@dataclass(frozen=True)
class EffectMeasure:
    """One measure at all temperatures.

    Attributes:
        name: from `MEASURES`.
        share: whether its values are shares from 0 to 1.
        estimates: one for each temperature; None where it could not be measured.
        real: its value of the validation text, or None.
        missing: the reason why estimates are missing, where some are.
    """

    name: str
    title: str
    unit: str
    share: bool
    estimates: list[Estimate | None]
    real: Estimate | None
    missing: str


@dataclass(frozen=True)
class EffectFigures:
    """The figures of a measurement.

    Attributes:
        called: what the page calls the checkpoint.
        temperatures: of the texts.
        texts, pieces: number of texts at each temperature, and of pieces of the validation text.
        corpus: a sentence on the training text.
        said: sentences that summarise the figures.
        copies: the longest copied string of each temperature at which one was copied.
    """

    called: str
    seed: str
    dice: int
    temperatures: list[float]
    length: int
    texts: int
    pieces: int
    corpus: str
    said: list[str]
    measures: list[EffectMeasure]
    copies: list[TextAt]


@dataclass(frozen=True)
class Effect:
    """What `panel.js` draws.

    Attributes:
        phase: "idle", "waiting", "measuring", "stopped" or "done".
        texts, length, temperatures: number of texts at each temperature, their characters, and
            the temperatures.
        progress: a sentence on the progress of the measurement.
        figures: only in the phase "done".
    """

    phase: str
    texts: int = STREAMS
    length: int = LENGTH
    temperatures: Sequence[float] = TEMPERATURES
    progress: str = ""
    figures: EffectFigures | None = None


def corpus_sentence(info: CheckpointInfo, corpus: Corpus | None) -> str:
    """A sentence on the text that the model is compared with, or on why there is none.

    Args:
        info: of the checkpoint.
        corpus: its text; None if it is not at hand.
    """
    return (
        info.no_text if corpus is None else text("temperature.effect.text", text=corpus.description)
    )


def progress_shown(progress: EffectProgress) -> Effect:
    """The value of the component during the measurement."""
    sentence = text(
        f"temperature.effect.doing.{progress.doing}", done=progress.done, of=progress.of
    )
    return Effect("measuring", progress=sentence)


def result_shown(
    result: EffectResult, called: str, info: CheckpointInfo, corpus: Corpus | None
) -> Effect:
    """The value of the component after the measurement.

    Args:
        called: what the page calls the checkpoint.
        info, corpus: as for `corpus_sentence`.
    """
    beside = result.validation
    figures = EffectFigures(
        called=called,
        seed=result.seed_text,
        dice=result.dice,
        temperatures=[group.temperature or 0.0 for group in result.temperatures],
        length=result.length,
        texts=result.temperatures[0].texts,
        pieces=beside.texts if beside else 0,
        corpus=corpus_sentence(info, corpus),
        said=effect_sentences(result),
        measures=[
            EffectMeasure(
                name=name,
                title=text(f"temperature.effect.measures.{name}"),
                unit=_unit(name),
                share=name in _SHARES,
                estimates=[_rounded(group.estimates[name]) for group in result.temperatures],
                real=_rounded(beside.estimates[name]) if beside else None,
                missing=text(f"temperature.effect.{'few_words' if corpus else 'no_text'}"),
            )
            for name in MEASURES
        ],
        copies=[
            TextAt(group.temperature or 0.0, group.copied)
            for group in result.temperatures
            if group.copied
        ],
    )
    return Effect("done", figures=figures)


def effect_sentences(result: EffectResult) -> list[str]:
    """Sentences that the figures support; two values differ only where their intervals don't touch.

    First the temperatures at which the model's texts are like the validation text, then what
    differs at the lowest and the highest temperature; without a validation text, what changes
    between these two.
    """
    cold, hot = result.temperatures[0], result.temperatures[-1]
    if result.validation is None:
        return [_change(cold, hot)]
    real = result.validation.estimates
    measured = [name for name in MEASURES if real[name] and cold.estimates[name]]
    likeness = {name: _like(name, result.temperatures, real[name]) for name in measured}
    items = [
        text("temperature.effect.item", measure=_short(name), at=at)
        for name, (at, _) in likeness.items()
    ]
    sentences = [text("temperature.effect.touches", listed=_apart(items))]
    alike = [
        group
        for group in result.temperatures
        if all(group.temperature in like for _, like in likeness.values())
    ]
    at = _temperatures([group.temperature for group in alike]) if alike else ""
    touch = "all_touch" if alike else "none_touches"
    sentences.append(text(f"temperature.effect.{touch}", count=len(measured), at=at))
    if _beyond(cold.estimates["repeat"], real["repeat"]) > 0:
        sentences.append(
            text(
                "temperature.effect.repeats",
                at=_name(cold),
                own=_value("repeat", cold),
                real=_number("repeat", result.validation),
            )
        )
    if _beyond(hot.estimates["words"], real["words"]) < 0:
        sentences.append(
            text(
                "temperature.effect.invents",
                at=_name(hot),
                own=_value("words", hot),
                real=_value("words", result.validation),
            )
        )
    return sentences


def _like(
    name: str, groups: Sequence[Measured], real: Estimate | None
) -> tuple[str, list[float | None]]:
    """The temperatures at which a measure is like the validation text's, in words and as a list.

    If there are none, the words name the neighbours between which it crosses that value, if any:
    "at none (it crosses between T 0.5 and 0.7)".
    """
    known = [group for group in groups if group.estimates[name]]
    sides = [(group.temperature, _beyond(group.estimates[name], real)) for group in known]
    like = [temperature for temperature, side in sides if side == 0]
    if like:
        return _temperatures(like), like
    crossed = [(a, b) for (a, before), (b, after) in pairwise(sides) if before * after < 0]
    between = [text("temperature.effect.between", pair=_temperatures(pair)) for pair in crossed]
    if not crossed:
        return text("temperature.effect.at_none"), like
    return text("temperature.effect.crosses", where=listed(between)), like


def _beyond(own: Estimate | None, real: Estimate | None) -> int:
    """1 if the first interval is above the second, -1 if it is below, 0 if they touch or one is
    missing."""
    if own is None or real is None:
        return 0
    return (own.interval[0] > real.interval[1]) - (own.interval[1] < real.interval[0])


def _change(cold: Measured, hot: Measured) -> str:
    parts = [
        text(
            f"temperature.effect.{'rises' if side > 0 else 'falls'}",
            measure=_short(name),
            cold=_number(name, cold),
            hot=_value(name, hot),
        )
        for name in MEASURES
        if (side := _beyond(hot.estimates[name], cold.estimates[name]))
    ]
    changed = _apart(parts) if parts else text("temperature.effect.unchanged")
    return text("temperature.effect.change", cold=_name(cold), hot=_name(hot), changed=changed)


def _apart(parts: Sequence[str]) -> str:
    """Parts of a sentence that hold commas themselves."""
    return reduce(lambda first, n: text("temperature.effect.apart", first=first, next=n), parts)


def _unit(name: str) -> str:
    return "%" if name in _SHARES else text(f"temperature.effect.units.{name}")


def _short(name: str) -> str:
    return text(f"temperature.effect.short.{name}")


def _value(name: str, group: Measured) -> str:
    return text("temperature.effect.with_unit", number=_number(name, group), unit=_unit(name))


def _number(name: str, group: Measured) -> str:
    estimate = group.estimates[name]
    assert estimate is not None
    scale, digits = (100, 0) if name in _SHARES else (1, 2 if name == "entropy" else 0)
    return f"{scale * estimate.mean:.{digits}f}"


def _rounded(estimate: Estimate | None) -> Estimate | None:
    if estimate is None:
        return None
    low, high = estimate.interval
    return Estimate(round(estimate.mean, 4), (round(low, 4), round(high, 4)))


def _name(group: Measured) -> str:
    return _temperatures([group.temperature])


def _temperatures(temperatures: Sequence[float | None]) -> str:
    names = [str(float(temperature or 0)) for temperature in temperatures]
    return text("temperature.effect.at", listed=listed(names))
