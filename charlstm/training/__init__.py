"""Training: settings, batches, the trainer, its budget, several processes."""
