"""The Notebook tab."""
