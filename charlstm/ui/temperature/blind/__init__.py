"""The panel "Which one is human?", a blind test."""
