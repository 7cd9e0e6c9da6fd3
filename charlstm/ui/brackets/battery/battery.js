// The battery: a dot for each seed text. Runs after brackets/files.js.

/**
 * @typedef {object} BatteryRow
 * @property {string} text
 * @property {number} depth
 * @property {number | null} position Null where the seed text is not from a real text.
 * @property {number | null} distance
 * @property {number} n
 * @property {number} closed
 * @property {number} strays
 * @property {number} dice
 *
 * @typedef {object} BatteryFigures
 * @property {string} key
 * @property {string} said
 * @property {number} samples
 * @property {number} horizon
 * @property {Estimate} closed
 * @property {Estimate} strays With a comma for the bracket.
 *
 * @typedef {object} Battery
 * @property {"idle" | "waiting" | "asking" | "done" | "stopped"} phase
 * @property {string} source
 * @property {number} seeds
 * @property {number} temperature
 * @property {number} [seconds_left]
 * @property {BatteryRow[]} rows
 * @property {BatteryFigures} [figures]
 */

const BATTERY = { lane: 78, foot: 22, dot: 4.5, stack: 9 }; // CSS pixels

/**
 * @typedef {object} BatteryServer
 * @property {Served<FileQuestion, SavedFile>} save
 * @property {Served<LineQuestion, LinePlace>} place_in_line
 */

/** @param {Component<Battery, BatteryServer>} component */
function mountBattery({ element, props, watch, server }) {
  const [card, box] = [element.querySelector(".battery"), element.querySelector(".battery-dots")];
  const part = (name) => element.querySelector(`.${name}`);
  const spoken = part("unseen");
  asSlider(box, phrase("brackets.battery.position"));
  const svg = shape("svg", { width: "100%", "aria-hidden": "true" }, box);
  let dots = []; // {row, x, y, element}
  let frame = 0;

  const arrive = answerIn(card);
  const waiting = waitingIn(server, () => props.value.phase === "waiting", draw);
  /** @type {Parameters<typeof fileButtons>[2]} */
  const files = [{ kind: "json", name: "JSON", about: phrase("brackets.battery.file") }];
  fileButtons(part("probe-save"), server, files, () => props.value.figures.key);
  const rows = () => props.value.rows;
  const x = (share) => 62 + (box.clientWidth - 84) * share;

  const chosen = chooser(box, {
    last: () => rows().length - 1,
    under(event) {
      const frame = box.getBoundingClientRect();
      const far = (dot) => Math.hypot(dot.x - event.clientX + frame.left, dot.y - event.clientY + frame.top);
      return dots.reduce((best, dot) => (far(dot) < far(best) ? dot : best), dots[0]).row;
    },
    moved: redraw,
  });

  function redraw() {
    frame ||= requestAnimationFrame(paint);
  }

  // A dot a seed text, stacked where shares are the same; how many, where they would not fit.
  /** @param {Estimate} [found] */
  function lane(number, name, kind, share, found) {
    const foot = (number + 1) * BATTERY.lane;
    shape("text", { class: "lane", x: 0, y: foot - 4 }, svg, name);
    shape("line", { class: "grid", x1: x(0), x2: x(1), y1: foot, y2: foot }, svg);
    const stacks = new Map();
    rows().forEach((row, i) => {
      const column = Math.round(x(share(row)) / BATTERY.stack);
      stacks.set(column, [...(stacks.get(column) ?? []), i]);
    });
    for (const stack of stacks.values()) {
      const step = Math.min(BATTERY.stack, (BATTERY.lane - 34) / Math.max(1, stack.length - 1));
      stack.forEach((i, height) => {
        const [at, y] = [x(share(rows()[i])), foot - 8 - height * step];
        const circle = shape("circle", { class: kind, cx: at, cy: y, r: BATTERY.dot }, svg);
        dots.push({ row: i, x: at, y, element: circle });
      });
      if (step === BATTERY.stack) continue;
      const at = share(rows()[stack[0]]);
      const left = at > 0.5; // at the right edge there is no room
      const label = { x: x(at) + (left ? -9 : 9), y: foot - BATTERY.lane + 32 };
      const words = shape("text", { class: "lane", ...label }, svg, `${stack.length} texts`);
      if (left) words.setAttribute("text-anchor", "end");
    }
    if (!found) return;
    const [low, high] = found.interval.map(x);
    const y = foot - BATTERY.lane + 12;
    shape("line", { class: "mean", x1: low, x2: high, y1: y, y2: y }, svg);
    shape("path", { class: "mean", d: `M${x(found.mean)} ${y - 6}v12` }, svg);
  }

  function paint() {
    frame = 0;
    if (!box.clientWidth || !rows().length) return;
    svg.replaceChildren();
    dots = [];
    const { figures, temperature } = props.value;
    const height = 2 * BATTERY.lane + BATTERY.foot;
    svg.setAttribute("height", height);
    card.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
    lane(0, phrase("brackets.answer.closed"), "dot", (row) => row.closed / row.n, figures?.closed);
    lane(1, phrase("brackets.cells.comma"), "comma", (row) => row.strays / row.n, figures?.strays);
    for (const share of [0, 0.5, 1]) {
      shape("text", { class: "tick", x: x(share), y: height - 5 }, svg, percent(share));
    }
    say();
  }

  // Writes the sentence on the chosen seed text.
  function say() {
    const at = chosen();
    const { text, depth, position, distance, n, closed, strays } = rows()[at];
    for (const dot of dots) dot.element.classList.toggle("lit", dot.row === at);
    const characters = Array.from(text);
    const end = characters.slice(-60).join("");
    const from = position === null ? "" : phrase("brackets.battery.from", { n: position + 1 });
    const distant = distance === null ? "" : phrase("brackets.n.characters", { n: distance });
    const words = phrase("brackets.battery.one", {
      text: `${characters.length > 60 ? "…" : ""}${end}`,
      closed,
      n,
      unmatched: strays,
      depth,
      from,
      there: distant && phrase("brackets.battery.there", { characters: distant }),
    });
    quoting(part("battery-one"), words);
    sayPlace(box, at, rows().length - 1, words);
  }

  function drawTable() {
    const table = element.querySelector("table");
    table.replaceChildren();
    const head = make("tr", "", make("thead", "", table));
    const body = make("tbody", "", table);
    const real = rows().some(({ position }) => position !== null);
    /** @type {Below<"brackets.battery.column">[]} */
    const columns = ["text", "characters", "depth", "closed", "unmatched", "dice"];
    if (real) columns.push("position", "there");
    for (const column of columns) make("th", "", head, phrase(`brackets.battery.column.${column}`)).scope = "col";
    for (const { text, depth, closed, strays, n, dice, position, distance } of rows()) {
      const row = make("tr", "", body);
      const characters = Array.from(text);
      const end = `${characters.length > 40 ? "…" : ""}${characters.slice(-40).join("")}`;
      const name = make("th", "seed", row, end);
      name.scope = "row";
      name.title = text;
      const cells = [characters.length, depth, phrase("brackets.of", { n: closed, of: n }), phrase("brackets.of", { n: strays, of: n }), dice];
      if (real) cells.push(position + 1, distance);
      for (const cell of cells) make("td", "", row, cell.toLocaleString("en"));
    }
  }

  /** @param {Battery} value */
  function sentence({ phase, rows: results, seeds, seconds_left: left, figures }) {
    if (phase === "waiting") return waiting();
    if (phase === "done") return figures.said;
    const all = phrase("brackets.n.seed_texts", { n: seeds });
    const far = phrase("brackets.battery.far", { n: results.length, seeds: all });
    if (phase === "stopped") return phrase("brackets.stopped", { far });
    return left === undefined
      ? phrase("brackets.asking", { far })
      : phrase("brackets.battery.asking_left", { far, seconds: left });
  }

  function draw() {
    const { phase, source, seeds, figures } = props.value;
    arrive(phase);
    card.hidden = phase === "idle";
    if (card.hidden) return;
    const done = phase === "done";
    card.setAttribute("aria-busy", String(phase === "waiting" || phase === "asking"));
    part("probe-said").textContent = sentence(props.value);
    part("battery-asked").textContent = done
      ? phrase("brackets.battery.about", {
          seeds,
          samples: phrase("brackets.n.samples", { n: figures.samples }),
          characters: phrase("brackets.n.characters", { n: figures.horizon }),
        })
      : "";
    part("battery-answer").hidden = phase === "waiting" || !rows().length;
    part("battery-source").textContent = source;
    for (const name of ["probe-table", "probe-save"]) part(name).hidden = !done;
    if (done) drawTable();
    spoken.textContent = done ? figures.said : "";
    redraw();
  }

  new ResizeObserver(redraw).observe(box);
  watch("value", draw);
  draw();
}
