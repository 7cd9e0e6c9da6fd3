"""Where the model remembers an open bracket: single units along the seed text."""
