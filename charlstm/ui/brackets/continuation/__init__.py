"""Single continuations, each up to the character that decides its fate."""
