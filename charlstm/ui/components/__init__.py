"""Components, events and helpers that several tabs share."""
