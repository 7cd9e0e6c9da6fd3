// The figures of a report on units: who tells, who is needed, and what follows from taking them
// away. Runs after rows.js, doses.js and learnt.js.

/**
 * @typedef {object} UnitArea
 * @property {string} unit
 * @property {"c" | "h"} part
 * @property {boolean} high Whether it is high inside.
 * @property {number} chosen
 * @property {number} shown
 *
 * @typedef {object} NullAreas
 * @property {number} draws
 * @property {number} median
 * @property {number} highest
 * @property {number} passed
 *
 * @typedef {object} ProbeAreas
 * @property {number} target
 * @property {number} control
 * @property {number} unit_target
 * @property {number} unit_control
 *
 * @typedef {object} TargetArea
 * @property {string} target
 * @property {number} spans
 * @property {UnitArea | null} best
 *
 * @typedef {object} SingleUnit
 * @property {string} unit
 * @property {number} chosen
 * @property {number} h_moved
 *
 * @typedef {object} UnitSet
 * @property {string} name
 * @property {string[]} units
 * @property {number} chosen
 * @property {Estimate} necessity
 * @property {Estimate} sufficiency
 *
 * @typedef {object} RandomSets
 * @property {number} n
 * @property {number} drawn_from
 * @property {number} size
 * @property {number} moved
 * @property {number[]} necessity
 * @property {number[]} sufficiency
 * @property {number} necessity_p
 * @property {number} sufficiency_p
 *
 * @typedef {object} TakenAway
 * @property {string} closing
 * @property {number} places
 * @property {number} articles
 * @property {Estimate} gap
 * @property {number} gap_chosen
 * @property {SingleUnit[]} singles
 * @property {UnitSet[]} sets
 * @property {UnitSet} pair
 * @property {RandomSets} random
 *
 * @typedef {object} HeldRate
 * @property {number} n
 * @property {number} closed
 * @property {Estimate} rate
 * @property {Estimate | null} change
 *
 * @typedef {object} Written
 * @property {string} said
 * @property {HeldRate[]} open
 * @property {HeldRate[]} control
 *
 * @typedef {object} Cost
 * @property {number} characters
 * @property {number} plain
 * @property {number} held
 * @property {Estimate} difference
 * @property {number[]} random
 *
 * @typedef {object} LearntRow
 * @property {number} step
 * @property {Record<string, number>} areas
 * @property {string} best
 * @property {Estimate | null} closed
 * @property {Estimate | null} stray
 * @property {number} bpc
 *
 * @typedef {object} Found
 * @property {string} key
 * @property {string} called
 * @property {string} target
 * @property {string} control
 * @property {string} sentence
 * @property {string[]} doubts
 * @property {string} source
 * @property {UnitArea[]} units
 * @property {NullAreas} moved
 * @property {ProbeAreas} probe
 * @property {TargetArea[]} targets
 * @property {TakenAway | null} taken
 * @property {Written | null} written
 * @property {Cost | null} cost
 * @property {string} depth
 * @property {LearntRow[]} learnt
 * @property {string} unlearnt
 */

const ROWS_SHOWN = 8; // the tables have all units

// Returns a function that draws a report into the template's parts.
function figuresOf(element) {
  const part = (name) => element.querySelector(`.found-${name}`);
  const rowsOf = (name) => part(name).querySelector(".unit-rows");
  const doses = dosesOf(part("doses").querySelector(".doses"));
  const learnt = learntOf(part("learnt").querySelector(".learnt"));

  /** @param {Found} found */
  function drawAreas({ units, moved: none, probe, targets, target }) {
    const rows = units.slice(0, ROWS_SHOWN).map(({ unit, part: which, high, chosen, shown }) => ({
      name: unit,
      unit: true,
      marks: /** @type {UnitMark[]} */ ([
        { kind: "shown", at: onAreas(shown) },
        { kind: "chosen", at: onAreas(chosen) },
      ]),
      words: areaWords(shown, which, high),
    }));
    drawUnitRows(rowsOf("areas"), rows, AREA_TICKS, [onAreas(0.5), onAreas(none.highest)]);
    part("null").textContent = phrase("brackets.find.null", {
      highest: none.highest.toFixed(2),
      draws: none.draws,
      n: none.passed,
    });
    part("probe").textContent = phrase("brackets.find.probe", {
      target: probe.target.toFixed(3),
      control: probe.control.toFixed(3),
      unit: probe.unit_target.toFixed(3),
      unit_control: probe.unit_control.toFixed(3),
    });
    const box = part("targets");
    box.replaceChildren();
    for (const { target: name, best } of targets) {
      const noun = targetNoun(name) ?? phrase("components.quoted", { character: name });
      if (!best || noun === target) continue;
      const one = make("span", "", box, `${noun} `);
      pressable(best.unit, "unit-name", one, () => watchUnits(best.unit), phrase("brackets.find.watch", { unit: best.unit }));
      one.append(` ${best.shown.toFixed(3)}`);
    }
    if (box.children.length) box.prepend(make("span", "dim", null, phrase("brackets.find.other_targets")));
  }

  /** @param {TakenAway} taken */
  function drawSingles({ singles, gap_chosen: gap }) {
    const most = Math.max(gap, singles[0].chosen, 1e-9);
    const [least] = [Math.min(0, ...singles.slice(0, ROWS_SHOWN).map(({ chosen }) => chosen))];
    const at = (nats) => (nats - least) / (most - least);
    const rows = singles.slice(0, ROWS_SHOWN).map(({ unit, chosen }) => ({
      name: unit,
      unit: true,
      marks: /** @type {UnitMark[]} */ ([{ kind: "bar", at: at(chosen) }]),
      words: phrase("brackets.find.nats", { nats: fixed(chosen, 2) }),
    }));
    drawUnitRows(rowsOf("singles"), rows, [
      [at(0), "0"],
      [at(gap), phrase("brackets.find.gap", { nats: fixed(gap, 1) })],
    ]);
  }

  /** @param {Written} written */
  function drawRates({ open, control }, instead) {
    const rows = [
      { name: phrase("brackets.find.open"), of: open },
      { name: phrase("brackets.cells.with", { bracket: instead }), of: control },
    ].map(({ name, of }) => ({
      name,
      unit: false,
      marks: of.map(({ rate }, i) => ({
        kind: /** @type {const} */ (["free", "held", "random"])[i],
        at: rate.mean,
        interval: rate.interval,
      })),
      words: of
        .map(({ closed, n }, i) => phrase("brackets.find.of", { n: closed, of: n, held: heldName(i) }))
        .join("\n"),
    }));
    drawUnitRows(rowsOf("rates"), rows, [
      [0, "0 %"],
      [0.5, "50 %"],
      [1, "100 %"],
    ]);
  }

  /** @param {Cost | null} cost */
  function costWords(cost) {
    if (!cost) return "";
    const { plain, difference, random, characters } = cost;
    const bits = (value) => `${value < 0 ? "" : "+"}${fixed(value, 3)}`;
    const [low, high] = difference.interval.map(bits);
    return phrase("brackets.find.cost", {
      characters: phrase("brackets.n.characters", { n: characters }),
      plain: plain.toFixed(3),
      held: bits(difference.mean),
      interval: phrase("brackets.range", { low, high }),
      random: enumerated(random.map(bits)),
    });
  }

  /** @param {Found} found */
  function draw(found) {
    const { called, target, control, sentence, doubts, source, taken, written, cost, depth } = found;
    part("of").textContent = phrase("brackets.find.of_model", { checkpoint: called, target });
    quoting(part("said"), sentence);
    part("depth").textContent = depth;
    const list = part("doubts").querySelector("ul");
    list.replaceChildren(...doubts.map((doubt) => make("li", "", null, doubt)));
    drawAreas(found);
    for (const name of ["singles", "doses", "learnt"]) part(name).hidden = !taken;
    part("rates").hidden = !written;
    if (taken) {
      drawSingles(taken);
      part("singles-said").textContent = phrase("brackets.find.depends_about", {
        closing: taken.closing,
        gap: fixed(taken.gap_chosen, 1),
      });
      part("doses-said").textContent = phrase("brackets.find.together_about", {
        places: phrase("brackets.n.places", { n: taken.places }),
        articles: phrase("brackets.n.articles", { n: taken.articles }),
      });
      doses.draw(taken);
    }
    if (written && taken) {
      part("rates-said").textContent = phrase("brackets.find.written_about", {
        control,
        closing: taken.closing,
        said: written.said,
      });
      drawRates(written, control);
    }
    part("cost").textContent = costWords(cost);
    part("unlearnt").textContent = found.unlearnt || phrase("brackets.find.learnt_key");
    part("learnt").querySelector(".learnt").hidden = !found.learnt.length;
    if (found.learnt.length) learnt.draw(found.learnt);
    part("source").textContent = source;
    drawTables(element.querySelector(".probe-table .scroll"), found);
  }

  return draw;
}
