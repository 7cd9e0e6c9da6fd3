"""The Brackets tab."""
