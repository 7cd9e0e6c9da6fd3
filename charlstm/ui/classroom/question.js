// The room's question, and this person's part in it: a press adds samples, or draws a round.

/**
 * @typedef {object} OwnSamples
 * @property {number} closed
 * @property {number} n
 * @property {string} text The first of them, without the seed text.
 * @property {"closed" | "line" | "horizon"} fate
 *
 * @typedef {object} RoomTurn
 * @property {"idle" | "waiting" | "asking" | "added" | "dealt" | "stopped"} phase
 * @property {number} decided
 * @property {number} streams
 * @property {number} first
 * @property {OwnSamples[]} [added]
 * @property {RoomRound} [round]
 *
 * @typedef {object} RoomPress
 * @property {string} code
 * @property {"samples" | "round"} wants
 */

const MOST_PROJECTED = 240; // characters of a seed text that a projector shows: its last

/**
 * @param {(name: string) => any} part
 * @param {boolean} projected Whether this is the projector's view.
 * @param {(wants: RoomPress["wants"]) => void} press
 */
function roomQuestion(part, projected, press) {
  /** @type {RoomView | null} */
  let room = null;
  /** @type {RoomTurn | null} */
  let turn = null;
  let hasRound = false; // whether a round waits for this person's pick
  let asked = ""; // the question that is drawn

  const drawing = () => turn?.phase === "waiting" || turn?.phase === "asking";
  const button = part("press");
  button.addEventListener("click", () => press(room.question.kind === "blind" ? "round" : "samples"));

  function drawQuestion() {
    const { question, teacher } = room;
    const now = JSON.stringify([room.number, question]);
    if (now === asked) return;
    asked = now;
    part("own").hidden = true;
    const bracket = question?.kind === "brackets";
    part("seed").hidden = !bracket;
    if (!question) {
      part("title").textContent = teacher
        ? phrase("classroom.question.ask")
        : phrase("classroom.question.waiting");
      const next = projected
        ? phrase("classroom.question.scan")
        : phrase("classroom.question.itself");
      part("asked").textContent = teacher
        ? phrase("classroom.question.choose")
        : next;
      return;
    }
    const at = enumerated(question.temperatures.map(temperatureName));
    if (bracket) {
      const text = question.seed_text;
      const watched = scan(Array.from(text)).unclosed.at(-1) ?? -1;
      part("title").textContent = phrase("classroom.question.brackets");
      const from = projected ? Math.max(0, Array.from(text).length - MOST_PROJECTED) : 0;
      drawText(part("seed"), text, { from, watched });
      part("asked").textContent = phrase("classroom.question.asked_brackets", {
        checkpoint: question.called,
        at,
        characters: phrase("classroom.characters", { n: question.horizon }),
      });
    } else {
      part("title").textContent = phrase("classroom.question.blind");
      part("asked").textContent = phrase("classroom.question.asked_blind", { checkpoint: question.called, at });
    }
  }

  function drawPress() {
    const { question, name, stopped, own, counted, waiting, most } = room;
    const mayPress = Boolean(question && name);
    part("press-line").hidden = !mayPress;
    if (!mayPress) return;
    const bracket = question.kind === "brackets";
    const full = counted + waiting >= most;
    button.hidden = hasRound;
    button.disabled = drawing() || stopped || full;
    if (bracket) button.textContent = phrase("classroom.press.add");
    else button.textContent = own ? phrase("classroom.press.another") : phrase("classroom.press.round");
    const { decided = 0, streams = 0 } = turn ?? {};
    part("progress").hidden = !(drawing() && bracket);
    part("progress").value = streams ? decided / streams : 0;
    const mine = bracket
      ? phrase("classroom.press.added", { n: own })
      : phrase("classroom.press.answered", { n: own });
    let words = own ? mine : "";
    if (hasRound) words = phrase("classroom.press.pick");
    if (full) words = phrase("classroom.press.full", { n: most, mine: own ? mine : "" });
    if (stopped) words = phrase("classroom.press.stopped", { mine: own ? mine : "" });
    if (drawing()) words = bracket ? phrase("classroom.press.writes") : phrase("classroom.press.writes_round");
    if (part("pressed").textContent !== words) part("pressed").textContent = words;
  }

  function drawOwn() {
    if (turn?.phase !== "added" || room.question?.kind !== "brackets") return;
    const box = part("own");
    box.hidden = false;
    box.replaceChildren();
    make("h2", "", box, phrase("classroom.own.title"));
    const rows = turn.added ?? [];
    const numbers = { first: turn.first, last: turn.first + 19 };
    const told = rows.length
      ? phrase("classroom.own.numbers", numbers)
      : phrase("classroom.own.hidden", numbers);
    make("p", "dim", box, told);
    rows.forEach(({ closed, n, text, fate }, i) => {
      const temperature = room.question.temperatures[i];
      const row = make("div", "room-own-row", box);
      row.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
      make("span", "room-rate-name", row, `T ${temperatureName(temperature)}`);
      const body = make("div", "", row);
      const seed = room.question.seed_text;
      const watched = scan(Array.from(seed)).unclosed.at(-1) ?? -1;
      const written = make("pre", "bracket-text", body);
      drawContinued(written, seed, text, watched, 24);
      listen(written);
      make("p", "dim", body, phrase("classroom.own.fate", { fate: phrase(`classroom.fate.${fate}`), n, closed }));
    });
  }

  listen(part("seed"));

  return {
    /** @param {RoomView} now */
    draw(now) {
      room = now;
      drawQuestion();
      drawPress();
    },

    /** @param {RoomTurn} now */
    turn(now) {
      turn = now;
      if (!room) return;
      drawPress();
      drawOwn();
    },

    // Whether a round of this person is open.
    round(open) {
      hasRound = open;
      if (room) drawPress();
    },

    forget() {
      room = null;
      asked = "";
      hasRound = false;
    },
  };
}
