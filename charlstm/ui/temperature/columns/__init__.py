"""The columns of text, one for each temperature."""
