"""The board of the Train tab: progress, samples, comparisons and exports of runs."""
