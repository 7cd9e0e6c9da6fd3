"""The seed text with its brackets marked, and the strip of chances below it."""
