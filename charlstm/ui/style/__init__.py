"""Style of the whole page: fonts, theme, controls, tables."""
