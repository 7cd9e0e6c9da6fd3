"""The Temperature tab."""
