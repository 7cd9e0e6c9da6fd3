"""What temperature does, measured."""
