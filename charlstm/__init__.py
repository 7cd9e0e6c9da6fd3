"""A playground for character-level LSTMs: train one, listen to it, question it."""
