"""Columns of text, one a temperature."""
