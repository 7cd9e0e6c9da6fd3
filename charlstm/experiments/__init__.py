"""Experiments on a model: the bracket probe, effects of temperature, the blind test, statistics."""
