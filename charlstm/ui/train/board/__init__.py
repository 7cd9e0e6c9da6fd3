"""The board: progress, samples and exports of runs."""
