"""Scores of a text that the model reads, and explanations of single characters."""
