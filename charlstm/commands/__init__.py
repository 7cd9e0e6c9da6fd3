"""What `python -m charlstm` can do, a module for each kind of command."""
