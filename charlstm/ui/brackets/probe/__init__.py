"""The probe of one seed text: its question, its answer and its samples."""
