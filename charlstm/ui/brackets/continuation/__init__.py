"""Continuations to the character that decides."""
