"""Export runs and probes as files: csv, json, zip, figures."""
