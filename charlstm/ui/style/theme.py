"""The colours of `charlstm.export.palette` as CSS variables and as Gradio's theme.

A CSS variable has a value for light and one for dark, so the theme refers to the same variable in
both modes.
"""

from __future__ import annotations

import json
from typing import Literal

import gradio as gr

from charlstm.export.palette import PALETTE, TEMPERATURES

Mode = Literal["light", "dark"]

UI_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO_FONTS = (
    "ui-monospace",
    "SFMono-Regular",
    "Menlo",
    "Consolas",
    "DejaVu Sans Mono",
    "monospace",
)

# Theme variable -> value, the same in light and dark.
_COLOURS = {
    "body_background_fill": "var(--bg)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--dim)",
    "background_fill_primary": "var(--card)",
    "background_fill_secondary": "var(--bg)",
    "border_color_accent": "var(--accent)",
    "border_color_accent_subdued": "var(--line)",
    "border_color_primary": "var(--line)",
    "color_accent_soft": "rgba(var(--prob), 0.14)",
    "link_text_color": "var(--accent)",
    "link_text_color_active": "var(--accent)",
    "link_text_color_hover": "var(--accent)",
    "link_text_color_visited": "var(--accent)",
    "code_background_fill": "transparent",
    "block_background_fill": "transparent",
    "block_border_color": "var(--line)",
    "block_info_text_color": "var(--dim)",
    "block_label_background_fill": "transparent",
    "block_label_border_color": "transparent",
    "block_label_text_color": "var(--dim)",
    "block_title_background_fill": "transparent",
    "block_title_border_color": "transparent",
    "block_title_text_color": "var(--dim)",
    "panel_background_fill": "transparent",
    "panel_border_color": "var(--line)",
    "accordion_text_color": "var(--accent)",
    "error_background_fill": "var(--card)",
    "error_border_color": "var(--bad)",
    "error_text_color": "var(--bad)",
    "error_icon_color": "var(--bad)",
    "input_background_fill": "var(--card)",
    "input_background_fill_focus": "var(--card)",
    "input_background_fill_hover": "var(--card)",
    "input_border_color": "var(--line)",
    "input_border_color_focus": "var(--accent)",
    "input_border_color_hover": "var(--line)",
    "input_placeholder_color": "var(--dim)",
    "loader_color": "var(--accent)",
    "slider_color": "var(--accent)",
    "stat_background_fill": "var(--accent)",
    "button_primary_background_fill": "var(--accent)",
    "button_primary_background_fill_hover": "var(--accent)",
    "button_primary_border_color": "var(--accent)",
    "button_primary_border_color_hover": "var(--accent)",
    "button_primary_text_color": "var(--accent-ink)",
    "button_primary_text_color_hover": "var(--accent-ink)",
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_hover": "transparent",
    "button_secondary_border_color": "transparent",
    "button_secondary_border_color_hover": "transparent",
    "button_secondary_text_color": "var(--accent)",
    "button_secondary_text_color_hover": "var(--accent)",
    "button_cancel_background_fill": "transparent",
    "button_cancel_background_fill_hover": "transparent",
    "button_cancel_border_color": "var(--line)",
    "button_cancel_border_color_hover": "var(--ink)",
    "button_cancel_text_color": "var(--ink)",
    "button_cancel_text_color_hover": "var(--ink)",
    "checkbox_background_color": "var(--card)",
    "checkbox_background_color_selected": "var(--accent)",
    "checkbox_border_color": "var(--dim)",
    "checkbox_border_color_focus": "var(--accent)",
    "checkbox_border_color_selected": "var(--accent)",
    "checkbox_label_background_fill": "transparent",
    "checkbox_label_background_fill_hover": "transparent",
    "checkbox_label_background_fill_selected": "rgba(var(--prob), 0.14)",
    "checkbox_label_border_color": "var(--line)",
    "checkbox_label_text_color": "var(--ink)",
    "checkbox_label_text_color_selected": "var(--ink)",
    "block_border_width": "0px",
    "block_label_border_width": "0px",
    "block_shadow": "none",
    "block_title_border_width": "0px",
    "button_border_width": "1px",
    "checkbox_label_border_width": "1px",
    "checkbox_label_shadow": "none",
    "input_border_width": "1px",
    "input_shadow": "none",
    "panel_border_width": "0px",
    "shadow_spread": "0px",
}

# Theme variables without a variant for dark mode.
_SHAPES = {
    "color_accent": "var(--accent)",
    "shadow_drop": "none",
    "shadow_drop_lg": "0 6px 24px rgba(0, 0, 0, 0.14)",
    "shadow_inset": "none",
    "input_shadow_focus": "none",
    "body_text_size": "16px",
    "prose_text_size": "16px",
    "block_info_text_size": "13.5px",
    "block_label_text_size": "13.5px",
    "block_title_text_size": "13.5px",
    "block_title_text_weight": "400",
    "block_padding": "0px",
    "block_radius": "8px",
    "container_radius": "8px",
    "input_radius": "8px",
    "input_text_size": "16px",
    "input_padding": "11px 13px",
    "form_gap_width": "0px",
    "layout_gap": "12px",
    "section_header_text_size": "15px",
    "button_large_radius": "8px",
    "button_medium_radius": "8px",
    "button_small_radius": "8px",
    "button_large_padding": "11px 20px",
    "button_large_text_size": "15px",
    "button_large_text_weight": "600",
    "button_medium_padding": "11px 12px",
    "button_medium_text_size": "15px",
    "button_medium_text_weight": "500",
    "button_small_padding": "6px 8px",
    "button_small_text_size": "13.5px",
    "button_small_text_weight": "500",
    "button_transition": "opacity 0.15s",
}


def playground_theme() -> gr.themes.Base:
    """The theme of the page, with fonts of the system only."""
    theme = gr.themes.Base(
        radius_size="md", spacing_size="md", text_size="md", font=UI_FONTS, font_mono=MONO_FONTS
    )
    twins = {f"{name}_dark": value for name, value in _COLOURS.items()}
    return theme.set(**_COLOURS, **twins, **_SHAPES)


def colour_variables() -> str:
    """A style sheet with a variable for each colour, and ``--prob``: the accent's red, green and
    blue, for ``rgba()`` with an opacity."""
    return f"{variables_of(':root', 'light')}\n{variables_of('.dark', 'dark')}"


def variables_of(selector: str, mode: Mode) -> str:
    """The rule of a style sheet that gives an element the variables of `colour_variables`."""
    return f"{selector} {{ {' '.join(_variables(mode))} }}"


def temperature_scale() -> str:
    """A script with the colours of the scale of temperatures, for ``components/colours.js``."""
    stops = [{"temperature": at, "colour": name} for at, name in TEMPERATURES.items()]
    return f"var charlstmScale = {json.dumps(stops)};"


def _variables(mode: Mode) -> list[str]:
    values = {name: getattr(colour, mode) for name, colour in PALETTE.items()}
    prob = ", ".join(str(byte) for byte in bytes.fromhex(values["accent"].removeprefix("#")))
    return [f"--{name}: {value};" for name, value in (values | {"prob": prob}).items()]
