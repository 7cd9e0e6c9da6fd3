"""A model on disk: save, load, catalogue, card, Hub."""
