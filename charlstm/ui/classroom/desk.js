// The teacher's desk: asks the room a question, shows or hides the answers, stops, resets, keeps, and
// saves everything as a file.

/**
 * @typedef {object} Ready
 * @property {string} title
 * @property {string} seed_text
 * @property {number[]} temperatures
 * @property {number} horizon
 *
 * @typedef {object} DeskQuestion
 *
 * @typedef {object} Writer
 * @property {string} checkpoint
 * @property {string} called
 *
 * @typedef {object} Desk
 * @property {Writer[]} checkpoints
 * @property {Ready[]} ready
 *
 * @typedef {object} AskQuestion
 * @property {string} code
 * @property {string} teacher
 * @property {"brackets" | "blind"} kind
 * @property {string} checkpoint
 * @property {string} seed_text
 * @property {number[]} temperatures
 * @property {number} horizon
 *
 * @typedef {object} OrderQuestion
 * @property {string} code
 * @property {string} teacher
 * @property {"show" | "hide" | "stop" | "go on" | "keep" | "let end" | "reset"} order
 *
 * @typedef {object} TableQuestion
 * @property {string} code
 * @property {string} teacher
 */

const BLIND = "blind";
const SURE = 5000; // ms in which a second press confirms

/**
 * @param {(name: string) => any} part
 * @param {RoomServer} server
 * @param {() => Visitor | null} visitor
 * @param {(words: string) => void} say
 * @param {() => void} changed Called when the room may have changed.
 */
function roomDesk(part, server, visitor, say, changed) {
  /** @type {RoomView | null} */
  let room = null;
  /** @type {Ready[]} */
  let ready = [];
  let filled = false;
  const own = () => ({ code: visitor().code, teacher: visitor().teacher });

  async function give(what) {
    const { error } = await answerOf(server.order, { ...own(), order: what });
    say(error ?? "");
    changed();
  }

  const order = (text, act) => {
    const button = pressable(text, "", null, act);
    part("projector").before(button);
    return button;
  };
  const show = order("", () => give(room.shown ? "hide" : "show"));
  const stop = order("", () => give(room.stopped ? "go on" : "stop"));
  const again = order(phrase("classroom.desk.again"), startAgain);
  const keep = order("", () => give(room.ends === null ? "let end" : "keep"));
  const table = order(phrase("classroom.desk.save"), save);
  let sure = 0; // when Start again was pressed first

  function startAgain() {
    if (Date.now() - sure < SURE) {
      sure = 0;
      again.textContent = phrase("classroom.desk.again");
      return give("reset");
    }
    sure = Date.now();
    again.textContent = phrase("classroom.desk.again_sure");
    setTimeout(() => (again.textContent = phrase("classroom.desk.again")), SURE);
  }

  async function save() {
    table.disabled = true;
    const file = await answerOf(server.table, own());
    table.disabled = false;
    say(file.error ?? "");
    if (!file.error) charlstmSave(file);
  }

  const kind = part("ask-kind");

  function chosen() {
    const question = ready[Number(kind.value)];
    const blind = kind.value === BLIND;
    for (const name of ["ask-seed-line", "ask-at-line"]) part(name).hidden = blind;
    if (!question) return;
    part("ask-seed").value = question.seed_text;
    part("ask-at").value = question.temperatures.map(temperatureName).join(", ");
  }

  async function fill() {
    if (filled) return;
    filled = true;
    const desk = await answerOf(server.desk, {});
    if (desk.error) {
      filled = false;
      return say(desk.error);
    }
    ready = desk.ready;
    kind.replaceChildren();
    ready.forEach(({ title }, i) => (make("option", "", kind, title).value = String(i)));
    make("option", "", kind, phrase("classroom.desk.own")).value = "own";
    make("option", "", kind, phrase("classroom.question.blind")).value = BLIND;
    part("ask-checkpoint").replaceChildren();
    for (const { checkpoint, called } of desk.checkpoints) {
      make("option", "", part("ask-checkpoint"), called).value = checkpoint;
    }
    chosen();
  }

  kind.addEventListener("change", chosen);
  part("ask-seed").addEventListener("input", () => (kind.value = "own"));
  part("ask-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const temperatures = part("ask-at").value.split(/[\s,;]+/).filter(Boolean).map(Number);
    if (kind.value !== BLIND && (!temperatures.length || temperatures.some(Number.isNaN))) {
      return say(phrase("classroom.desk.numbers"));
    }
    part("ask").disabled = true;
    const { error } = await answerOf(server.ask, {
      ...own(),
      kind: kind.value === BLIND ? "blind" : "brackets",
      checkpoint: part("ask-checkpoint").value,
      seed_text: part("ask-seed").value,
      temperatures: kind.value === BLIND ? [] : temperatures,
      horizon: ready[Number(kind.value)]?.horizon ?? 200,
    });
    part("ask").disabled = false;
    say(error ?? "");
    changed();
  });

  return {
    /** @param {RoomView} now */
    draw(now) {
      room = now;
      part("desk").hidden = !now.teacher;
      part("key-box").hidden = now.teacher;
      if (!now.teacher) return;
      fill();
      show.textContent = now.shown ? phrase("classroom.desk.hide") : phrase("classroom.desk.show");
      stop.textContent = now.stopped ? phrase("classroom.desk.go_on") : phrase("classroom.desk.stop");
      keep.textContent = now.ends === null ? phrase("classroom.desk.let_end") : phrase("classroom.desk.keep");
      for (const button of [stop, again]) {
        button.disabled = !now.question;
        button.title = now.question ? "" : phrase("classroom.desk.no_question");
      }
      const when = now.ends && new Date(1000 * now.ends);
      const named = when?.toLocaleString(charlstmLanguage, {
        weekday: "long",
        hour: "2-digit",
        minute: "2-digit",
        hour12: false,
      });
      part("ends").textContent = when
        ? phrase("classroom.desk.ends", { when: named })
        : phrase("classroom.desk.kept");
    },
  };
}
