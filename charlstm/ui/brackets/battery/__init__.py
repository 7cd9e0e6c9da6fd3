"""The battery: many seed texts."""
