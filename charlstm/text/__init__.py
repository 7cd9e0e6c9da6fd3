"""Text: characters, brackets, corpora, n-grams."""
