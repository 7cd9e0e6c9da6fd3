"""A text as the model reads it, character by character."""
