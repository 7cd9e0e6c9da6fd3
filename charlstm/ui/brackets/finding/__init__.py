"""Finding the units that remember: every unit scored over real text, the best taken away."""
