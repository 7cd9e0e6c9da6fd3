"""The Brackets tab: does the model close the bracket that the seed text leaves open?

By hand: the seed text with its brackets marked as it is typed, and the model's chances after each
of its characters (`balance`); single units along it and along what the model writes, held and not
(`cells`), and a search for the one that does it (`finding`); one continuation at each temperature
(`continuation`). As an experiment: many samples, an interval and controls on the same dice
(`probe`), and many seed texts (`battery`).
"""

from __future__ import annotations

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.battery import SEEDS
from charlstm.texts import text
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.balance.balance import build_balance, follow
from charlstm.ui.brackets.battery.battery import LABEL_AT, asking_battery, build_battery
from charlstm.ui.brackets.cells.part import build_cells_part, wire_cells_part
from charlstm.ui.brackets.continuation.continued import HANDED, build_rows, continuing, wire_roll
from charlstm.ui.brackets.continuation.sample import build_sample
from charlstm.ui.brackets.finding.finding import build_finding
from charlstm.ui.brackets.inputs import TEMPERATURES, build_bar, build_numbers
from charlstm.ui.brackets.probe.ask import asking, build_answer
from charlstm.ui.components.events import IN_BROWSER, WRITING, long_question
from charlstm.ui.components.examples import build_examples
from charlstm.ui.components.settings import Setting, Tab
from charlstm.ui.texts import filled_template


def build_bracket_tab(checkpoints: Checkpoints, picker: gr.Dropdown) -> Tab:
    """Create the tab's components in the current context and wire its events."""
    kept = KeptAnswers()
    bar = build_bar()
    build_examples(checkpoints, picker, bar.seed, open_bracket=True)
    balance = build_balance(checkpoints, picker, bar.seed)
    cells = build_cells_part(checkpoints, kept, picker)
    finding = build_finding(checkpoints, kept, picker, bar.seed)
    numbers = build_numbers(bar)
    sample = build_sample(checkpoints)
    rows = build_rows()
    answer = build_answer(checkpoints, kept)
    temperature = numbers.temperatures[1]
    with gr.Row(elem_classes="bar", elem_id="battery-bar"):
        gr.HTML(
            html_template=filled_template('<p class="dim">[[brackets.one_text_only]]</p>'),
            apply_default_css=False,
        )
        more = gr.Button(
            text("brackets.test_others", n=SEEDS, at=str(TEMPERATURES[1])),
            size="md",
            scale=0,
            elem_id="ask-battery",
            elem_classes="quiet",
        )
        stop_more = gr.Button(
            text("brackets.stop"), variant="stop", scale=0, visible=False, elem_id="stop-battery"
        )
    battery = build_battery(kept)

    follow(balance, picker, bar.seed, temperature)
    wire_cells_part(cells, checkpoints, kept, picker, bar.seed, numbers)
    question = [picker, bar.seed, numbers.horizon, numbers.dice, numbers.across_lines]
    probed = long_question(
        [bar.ask.click, bar.seed.submit],
        asking(checkpoints, kept),
        [*question, numbers.samples, *numbers.temperatures],
        answer,
        bar.stop,
        [rows],
    )
    continued = long_question(
        [bar.go_on.click],
        continuing(checkpoints),
        [*question, *numbers.temperatures],
        rows,
        bar.stop,
        [answer],
        js=HANDED,
        work=WRITING,
    )
    bar.stop.click(cancels=[probed, continued], **IN_BROWSER)
    answer.stop(cancels=probed, **IN_BROWSER)
    wire_roll(numbers)
    asked_more = long_question(
        [more.click],
        asking_battery(checkpoints, kept),
        [picker, numbers.horizon, numbers.dice, numbers.across_lines, temperature],
        battery,
        stop_more,
    )
    stop_more.click(cancels=asked_more, **IN_BROWSER)
    temperature.change(inputs=temperature, outputs=more, js=LABEL_AT, **IN_BROWSER)
    # The sample of a link is displayed until another question is asked.
    gr.on(
        [bar.ask.click, bar.go_on.click, bar.seed.submit, bar.seed.input],
        outputs=sample,
        js="() => ({ phase: 'closed' })",
        **IN_BROWSER,
    )
    # The answer that the page opens with is on the first seed text and checkpoint alone.
    gr.on(
        [bar.seed.input, picker.change],
        inputs=answer,
        outputs=answer,
        js="(probe) => (probe.opening ? { phase: 'idle' } : { __type__: 'update' })",
        **IN_BROWSER,
    )
    settings: dict[str, Setting] = {
        "bracket_seed": bar.seed,
        "bracket_dice": numbers.dice,
        "bracket_t1": numbers.temperatures[0],
        "bracket_t2": numbers.temperatures[1],
        "bracket_t3": numbers.temperatures[2],
        "samples": numbers.samples,
        "horizon": numbers.horizon,
        "across_lines": numbers.across_lines,
        **finding,
    }
    return Tab(settings)
