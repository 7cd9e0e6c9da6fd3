"""Where a model remembers: finding a unit, taking it away, and what follows from that."""
