"""The panel "What temperature does", a measurement at several temperatures."""
