"""A training in a folder: its process, the queue, status, history."""
