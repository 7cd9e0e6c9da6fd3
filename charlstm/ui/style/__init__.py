"""How the page looks: tokens, theme, controls, tables."""
