"""Experiments on a model: the bracket probe, what temperature does, the blind test, statistics."""
