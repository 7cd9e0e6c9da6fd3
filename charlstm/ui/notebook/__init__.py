"""The Notebook tab: a lesson on the notebook that the project grew from."""
