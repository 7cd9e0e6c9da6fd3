"""Runs and probes as files to take away: csv, json, zip, figures."""
