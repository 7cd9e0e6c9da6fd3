"""A playground for character-level LSTMs: train one, sample from it, probe it."""
