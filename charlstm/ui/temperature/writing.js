/**
 * What writing.js reads of the columns' value.
 *
 * @typedef {object} ShownColumns
 * @property {string} phase
 * @property {string} checkpoint
 * @property {number} length
 * @property {{ top_k: number, top_p: number, min_p: number }} truncation
 * @property {{ temperature: number, text: string }[]} columns
 *
 * The settings of the columns besides seed text and dice, as tab.py passes them.
 *
 * @typedef {object} Shape
 * @property {string} checkpoint
 * @property {string} columns The number of columns.
 * @property {number} length
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} min_p
 * @property {number[]} temperatures One for each possible column.
 */

// Decides when the Temperature tab writes. It clicks the tab's own buttons, so that there is one
// way to start and one to stop. A change of the controls starts nothing where no text stands.
var charlstmWriting = (() => {
  let last = null; // the last question's settings, as the JSON of a Shape
  let active = false;
  let again = false; // write again as soon as the current writing has ended
  let stale = false; // texts that still arrive belong to a question that was replaced
  // Gradio's cancelling outlasts the writing, and forgets what is asked meanwhile: Stop would do
  // nothing then. The cancelled writing ends as a failure, and its cancelling as a success.
  let cancelling = false;
  let patience = 0; // where there was nothing left to cancel, no such end comes
  // The settings, dice and seed text that the next writing should have. On a busy machine it may start before
  // Gradio has updated its components to these values; then it is repeated.
  /** @type {{ shape?: string, dice?: number, seed?: string }} */
  let wanted = {};
  // The column whose temperature was last set on its card, that temperature, and what its text is
  // known to begin with; null where no text stood.
  let turned = null;
  let byTurn = false; // a set temperature started the last writing
  let turns = false; // the same of the next writing
  let frame = 0;
  let waits = false; // for the seed text, which may follow the checkpoint
  let due = false; // writes as soon as that is there

  /** @param {Shape} shape */
  const written = ({ checkpoint, columns, length, top_k, top_p, min_p, temperatures }) => {
    const used = temperatures.slice(0, Number(columns));
    return JSON.stringify({ checkpoint, columns, length, top_k, top_p, min_p, used });
  };

  // The same of the texts that stand; null where none do. The page opens with texts that nobody
  // asked for.
  function standing({ checkpoint, columns, length, truncation }) {
    if (!columns.some(({ text }) => text)) return null;
    const temperatures = columns.map(({ temperature }) => temperature);
    return written({ checkpoint, columns: String(columns.length), length, ...truncation, temperatures });
  }

  const press = (name) => document.querySelector(name)?.click();

  // Gradio updates its components after the functions below return: wait for the next frame.
  function write() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      due = waits;
      if (!waits) press("#write");
    });
  }

  // Stops the current writing; the next one starts when it has ended.
  function interrupt() {
    again = stale = cancelling = true;
    press("#stop-writing");
  }

  /** @param {boolean} failed */
  function end(failed) {
    if (cancelling && failed) {
      patience ||= setTimeout(() => end(false), 3000);
      return;
    }
    clearTimeout(patience);
    patience = 0;
    active = stale = cancelling = false;
    const columns = document.querySelector("#columns .text-columns");
    if (again) write();
    else {
      columns?.classList.remove("waiting");
      columns?.dispatchEvent(new Event("ended"));
    }
    again = false;
  }

  function anew() {
    if (active) interrupt();
    else write();
  }

  return {
    // Write was pressed, by a person or by `write`.
    asked() {
      if (active) interrupt();
    },

    /** @param {Shape & { seed: string, dice: number }} question */
    started(question) {
      active = true;
      stale = false;
      [byTurn, turns] = [turns, false];
      const columns = document.querySelector("#columns .text-columns");
      columns?.classList.add("waiting");
      columns?.dispatchEvent(new Event("asked"));
      last = written(question);
      const { shape = last, dice = question.dice, seed = question.seed } = wanted;
      again = shape !== last || dice !== question.dice || seed !== question.seed;
      wanted = {};
      charlstmLink.pin({ go: "1", checkpoint: question.checkpoint });
    },

    // The writing has ended: complete, stopped or failed.
    ended: () => end(false),
    failed: () => end(true),

    get stale() {
      return stale;
    },

    // Whether the texts that arrive are of a question that a set temperature asked.
    get byTurn() {
      return byTurn;
    },

    // A control has changed: writes again if anything was written before, or if texts stand. Returns
    // the value that the columns have until new texts arrive: a temperature keeps only a text that
    // it has written.
    /**
     * @param {ShownColumns} shown
     * @param {Shape} shape
     */
    touched(shown, shape) {
      // The server sends the columns with a link's settings, while Gradio changes one control after
      // another, each time with the old values of the others.
      if (charlstmLink.opening) return { __type__: "update" };
      const temperatures = shape.temperatures.slice(0, Number(shape.columns));
      const before = shown.columns.map(({ temperature }) => temperature);
      const { column = -1, temperature: at = NaN, text: begins = null } = turned ?? {};
      const begun = temperatures[column] === at ? begins : null;
      const isNew = JSON.stringify(before) !== JSON.stringify(temperatures);
      const stands = last ?? standing(shown);
      if ((stands !== null && stands !== written(shape)) || (begun !== null && isNew)) {
        turns = begun !== null;
        wanted.shape = written(shape);
        anew();
      }
      if (!isNew) return { __type__: "update" };
      turned = null;
      const texts = temperatures.map((temperature, i) =>
        temperature === before[i] ? shown.columns[i].text : i === column ? (begun ?? "") : "",
      );
      return {
        ...shown,
        phase: stands === null && begun === null ? "ready" : "waiting",
        columns: temperatures.map((temperature, i) => ({ temperature, text: texts[i] })),
      };
    },

    // Keeps a card's new temperature until the event that the card triggers calls `turned`.
    /**
     * @param {number} column
     * @param {number} temperature
     * @param {string | null} text
     */
    turn(column, temperature, text) {
      turned = { column, temperature, text };
    },

    // The seed text may follow the checkpoint: nothing is written before it does.
    waits() {
      waits = true;
    },

    goes(seed) {
      waits = false;
      if (!due) return;
      due = false;
      wanted.seed = seed;
      write();
    },

    // One of the seed texts below the box was pressed.
    tried() {
      anew();
    },

    turned(temperatures) {
      return turned ? temperatures.with(turned.column, turned.temperature) : temperatures;
    },

    // The page has opened; runs before `charlstmLink.opened`, which may change the address.
    opened() {
      if (new URLSearchParams(location.search).get("go") === "1") write();
    },

    roll(sides, dice, locked) {
      if (locked) return dice;
      wanted.dice = Math.floor(sides * Math.random());
      anew();
      return wanted.dice;
    },
  };
})();
