"""The seed text with its brackets, and the strip below."""
