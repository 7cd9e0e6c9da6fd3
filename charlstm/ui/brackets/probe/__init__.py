"""The probe of one seed text."""
