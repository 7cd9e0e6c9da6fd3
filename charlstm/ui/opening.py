"""The page's settings in its link: what it opens with, and the events that keep them there."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.ui.components.events import IN_BROWSER
from charlstm.ui.components.examples import suited_text
from charlstm.ui.components.settings import Setting
from charlstm.ui.link import LINK_TEXT_LIMIT, Choice, Kind, Number, Switch, Text, read_link

_SEED_TEXTS = {"seed": False, "bracket_seed": True}  # link name -> whether it leaves brackets open


@dataclass(frozen=True)
class Opening:
    """What a page opens with.

    Attributes:
        checkpoint: its name; None if there is none.
        tab: its name in the link; None for the first.
        values: link name -> value of each further setting that is not the page's own.
    """

    checkpoint: str | None
    tab: str | None
    values: Mapping[str, Any]


def opening(
    query: Mapping[str, str],
    settings: Mapping[str, Setting],
    tabs: Collection[str],
    checkpoints: Checkpoints,
) -> Opening:
    """What a page opens with.

    Args:
        query: the parameters of its link, decoded.
        settings: link name -> component of every setting, ``checkpoint`` among them.
        tabs: their names in a link.
        checkpoints: those that the visitor is offered.
    """
    names = checkpoints.names()
    kinds = {name: _kind(component) for name, component in settings.items()}
    kinds |= {"checkpoint": Choice(tuple(names)), "tab": Choice(tuple(tabs))}
    values: dict[str, Any] = dict(read_link(query, kinds))
    tab, linked = values.pop("tab", None), values.pop("checkpoint", None)
    chosen = next(iter(names), None) if linked is None else linked
    if linked is not None:  # else the texts of the link's defaults are the page's own
        for name, open_bracket in _SEED_TEXTS.items():
            first = settings[name].value
            suited = suited_text(checkpoints, chosen, first, open_bracket=open_bracket)
            values.setdefault(name, suited)
    return Opening(chosen, tab, values)


def keep_in_link(settings: Mapping[str, Setting], pages: Mapping[str, gr.Tab]) -> None:
    """Wire the events that write settings into the address bar, in the browser alone.

    Args:
        settings: as for `opening`.
        pages: name in a link -> tab; the first is the one that a link without a name opens.
    """
    components = list(settings.values())
    names = ", ".join(settings)
    defaults = json.dumps({name: component.value for name, component in settings.items()})
    save = (
        f"({names}) => {{ charlstmLink.settings({{ values: {{ {names} }}, defaults: {defaults}, "
        f"textLimit: {LINK_TEXT_LIMIT}, ofCheckpoint: {json.dumps(list(_SEED_TEXTS))} }}); }}"
    )
    changes = [component.change for component in components]
    gr.on(changes, inputs=components, js=save, **IN_BROWSER)
    for name, page in pages.items():
        value = "null" if name == next(iter(pages)) else f"'{name}'"
        page.select(js=f"() => charlstmLink.set({{ tab: {value} }})", **IN_BROWSER)


def _kind(component: Setting) -> Kind:
    """The values that a link may have for a component: those that a person can set there."""
    if isinstance(component, (gr.Slider, gr.Number)):
        assert component.minimum is not None
        assert component.maximum is not None
        return Number(component.minimum, component.maximum, component.precision == 0)
    if isinstance(component, (gr.Dropdown, gr.Radio)):
        return Choice(tuple(str(value) for _, value in component.choices))
    if isinstance(component, gr.Checkbox):
        return Switch()
    return Text()
