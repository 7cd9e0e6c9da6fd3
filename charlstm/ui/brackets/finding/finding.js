// The search for units: its progress, and the report, that of the search or one that was made
// already. Runs after figures.js, tables.js and brackets/files.js.

/**
 * @typedef {object} Looked
 * @property {string | null} checkpoint
 * @property {string} target
 * @property {boolean} whole
 *
 * @typedef {object} Find
 * @property {"idle" | "waiting" | "asking" | "done" | "stopped"} phase
 * @property {number} ahead Searches of others that come first.
 * @property {number} share
 * @property {string} doing
 * @property {number} [seconds_left]
 * @property {Found} [found]
 * @property {Looked} [picked]
 *
 * @typedef {object} KnownQuestion
 * @property {string} checkpoint
 * @property {string} target
 * @property {boolean} whole
 *
 * @typedef {object} KnownAnswer
 * @property {Found | null} found
 *
 * @typedef {object} FindingServer
 * @property {Served<KnownQuestion, KnownAnswer>} known_units
 * @property {Served<FileQuestion, SavedFile>} save
 */

/** @type {FileQuestion["kind"][]} */
const FOUND_FILES = ["json", "csv", "png", "svg"];

/** @param {Component<Find, FindingServer>} component */
function mountFinding({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.found-${name}`);
  const spoken = element.querySelector(".unseen");
  const drawFigures = figuresOf(element);
  /** @type {Found | null} */
  let shown = null;
  /** @type {Found | undefined} */
  let drawnLast;
  let picked = "";
  let sorry = "";

  const files = FOUND_FILES.map((kind) => ({
    kind,
    name: kind.toUpperCase(),
    about: phrase(`brackets.find.files.${kind}`),
  }));
  fileButtons(element.querySelector(".probe-save"), server, files, () => shown.key);
  const isOpen = () => ["waiting", "asking"].includes(props.value.phase);

  const askKnown = asker(0, server.known_units, (answer) => {
    sorry = answer.error ?? "";
    shown = answer.found ?? null;
    draw();
  });

  // Another checkpoint or target was chosen: is there a report already?
  function look() {
    const { checkpoint, target, whole } = JSON.parse(picked);
    shown = null;
    if (checkpoint !== null) askKnown({ checkpoint, target, whole });
  }

  /** @param {Find} value */
  function sentence({ phase, ahead, share, doing, seconds_left: left }) {
    if (phase === "waiting") return phrase("brackets.find.turn");
    if (phase === "asking" && ahead) {
      return phrase("brackets.find.in_line", { n: ahead });
    }
    if (phase === "asking") {
      const told = { doing: `${doing[0].toUpperCase()}${doing.slice(1)}`, share: percent(share) };
      return left === undefined
        ? phrase("brackets.find.done", told)
        : phrase("brackets.find.done_left", { ...told, seconds: left });
    }
    if (sorry) return sorry;
    if (shown) return "";
    return phase === "stopped" ? phrase("brackets.find.stopped") : phrase("brackets.find.not_searched");
  }

  function changed() {
    const { phase, found, picked: now } = props.value;
    if (found && found !== drawnLast && phase === "done") {
      drawnLast = found;
      [shown, sorry] = [found, ""];
    }
    const next = now ? JSON.stringify(now) : picked;
    if (next !== picked) {
      picked = next;
      if (!isOpen()) look();
    }
    draw();
  }

  function draw() {
    const { phase, share, ahead } = props.value;
    const card = element.querySelector(".found");
    card.setAttribute("aria-busy", String(isOpen()));
    const words = sentence(props.value);
    part("state").textContent = words;
    // Not each step of the progress is announced.
    spoken.textContent = phase === "done" && shown ? shown.sentence : isOpen() ? phrase("brackets.find.runs") : words;
    const bar = part("progress");
    bar.hidden = phase !== "asking" || ahead > 0;
    bar.value = share;
    part("answer").hidden = !shown || isOpen();
    if (shown && !isOpen()) drawFigures(shown);
  }

  watch("value", changed);
  changed();
}
