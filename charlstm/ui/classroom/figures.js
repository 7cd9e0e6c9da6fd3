// The class's figures: for each temperature or source a dot and its interval, moved as they change,
// and the same figures as a table.

const EVIDENCE_ENOUGH = 20; // by luck it is reached in at most 1 of 20 rooms

/**
 * A line of the figures: a rate, and where there is one the control's below it.
 *
 * @typedef {object} RateLine
 * @property {string} name
 * @property {string} colour
 * @property {Rate} rate
 * @property {Rate} [control]
 */

/** @param {Rate} rate */
const share = ({ events, n }) => (n ? percent(events / n) : "—");

/** @param {Rate} rate */
const rateWords = (rate) => 
  phrase("classroom.figures.rate", { share: share(rate), interval: span(rate.interval) });

// What wrote a text: the model at a temperature, or null, a person.
const spokenSource = (source) =>
  source === null ? phrase("classroom.figures.the_real") : `T ${temperatureName(source)}`;

// Evidence as a number to read at a glance: three digits, then powers of ten.
function evidenceName(evidence) {
  if (evidence < 1e6) return evidence.toLocaleString("en", { maximumSignificantDigits: 3 });
  return phrase("classroom.figures.power", { n: Math.floor(Math.log10(evidence)) });
}

/**
 * @param {HTMLElement} box
 * @param {boolean} both Whether lines have a control.
 */
function rateLine(box, both) {
  const root = make("div", "room-rate", box);
  const name = make("span", "room-rate-name", root);
  const track = make("div", both ? "room-track" : "room-track single", root);
  track.setAttribute("aria-hidden", "true");
  for (const at of [0, 50, 100]) make("i", "room-tick", track).style.left = `${at}%`;
  const chance = make("i", "room-chance", track);
  const words = make("div", "room-rate-words", root);

  function lane(className) {
    const bar = make("i", `room-bar ${className}`, track);
    const dot = make("i", `room-dot ${className}`, track);
    const line = make("p", className, words);
    const [main, more] = [make("b", "", line), make("span", "dim", line)];
    return (/** @type {Rate} */ rate) => {
      const [low, high] = rate.interval;
      bar.style.left = `${100 * low}%`;
      bar.style.width = `${100 * (high - low)}%`;
      dot.hidden = bar.hidden = !rate.n;
      if (rate.n) dot.style.left = `${(100 * rate.events) / rate.n}%`;
      main.textContent = share(rate);
      const counts = phrase("classroom.figures.of", { n: rate.events, of: rate.n });
      more.textContent = rate.n ? ` ${span(rate.interval)} · ${counts}` : "";
    };
  }

  const first = lane("own");
  const second = both ? lane("control") : null;
  return {
    root,

    /**
     * @param {RateLine} line
     * @param {number | null} guessing
     */
    draw(line, guessing) {
      root.style.setProperty("--t", line.colour);
      name.textContent = line.name;
      chance.hidden = guessing === null;
      if (guessing !== null) chance.style.left = `${100 * guessing}%`;
      first(line.rate);
      if (line.control) second(line.control);
    },
  };
}

/** @param {(name: string) => any} part */
function roomFigures(part) {
  let shape = ""; // what the lines were made for
  let lines = [];
  let announced = 0;

  const { temperatureColour } = charlstmColours;

  /** @param {RoomView} room */
  function linesOf(room) {
    if (room.brackets) {
      return room.brackets.map(({ temperature, closed, control }) => ({
        name: `T ${temperatureName(temperature)}`,
        colour: temperatureColour(temperature),
        rate: closed,
        control,
      }));
    }
    return room.blind.picks.map(({ source, picked }) => ({
      name: source === null ? phrase("classroom.figures.real") : `T ${temperatureName(source)}`,
      colour: source === null ? "var(--ink)" : temperatureColour(source),
      rate: picked,
    }));
  }

  /** @param {RateLine[]} rates */
  function drawTable(rates) {
    const both = Boolean(rates[0]?.control);
    const table = part("table");
    table.replaceChildren();
    make("caption", "", table, both ? phrase("classroom.figures.caption_brackets") : phrase("classroom.figures.caption_blind"));
    const head = make("tr", "", make("thead", "", table));
    /** @type {Below<"classroom.figures.column">[]} */
    const titles = both
      ? ["temperature", "closed", "interval", "control", "interval"]
      : ["text", "picked", "interval"];
    for (const title of titles) make("th", "", head, phrase(`classroom.figures.column.${title}`)).scope = "col";
    const body = make("tbody", "", table);
    for (const { name, rate, control } of rates) {
      const row = make("tr", "", body);
      make("th", "", row, name).scope = "row";
      for (const each of control ? [rate, control] : [rate]) {
        make("td", "", row, phrase("classroom.figures.of", { n: each.events, of: each.n }));
        make("td", "", row, each.n ? span(each.interval) : "—");
      }
    }
  }

  // Read aloud at most every ten seconds: figures that change each second would cut each other off.
  function announce(sentence) {
    if (Date.now() - announced < 10_000) return;
    announced = Date.now();
    part("spoken").textContent = sentence;
  }

  /** @param {RoomView} room */
  function drawEvidence({ blind }) {
    part("evidence").hidden = !blind;
    if (!blind) return;
    const { evidence, chance } = blind;
    part("evidence").replaceChildren();
    make("span", "", part("evidence"), phrase("classroom.figures.evidence"));
    make("b", "", part("evidence"), evidenceName(evidence));
    const told = evidence >= EVIDENCE_ENOUGH ? phrase("classroom.figures.can") : phrase("classroom.figures.cannot");
    const odds = phrase("classroom.figures.odds", { one_in: Math.round(1 / chance), enough: EVIDENCE_ENOUGH });
    make("span", "dim", part("evidence"), ` ${told} ${odds}`);
  }

  return {
    /** @param {RoomView} room */
    draw(room) {
      const { question, counted, waiting, shown, teacher, brackets, blind } = room;
      part("figures").hidden = !question;
      if (!question) return;
      const bracket = question.kind === "brackets";
      const rounds = phrase("classroom.figures.rounds", { n: counted });
      const people = phrase("classroom.figures.people", { n: blind?.people ?? 0 });
      const amount = bracket
        ? phrase("classroom.figures.samples", { n: counted })
        : phrase("classroom.figures.rounds_by", { rounds, people });
      part("figures-title").textContent = bracket
        ? phrase("classroom.figures.brackets")
        : phrase("classroom.figures.blind");
      const more = waiting ? phrase("classroom.figures.more", { n: waiting }) : "";
      const hidden = !shown && teacher ? phrase("classroom.figures.hidden_class") : "";
      const drawn = bracket || blind ? amount : rounds;
      part("sum").textContent = phrase("classroom.figures.sum", { amount: drawn, more }) + hidden;
      const visible = Boolean(brackets ?? blind);
      for (const name of ["rates", "legend", "interval"]) part(name).hidden = !visible;
      element(".room-table").hidden = !visible;
      drawEvidence(room);
      if (!visible) {
        part("sum").textContent += phrase("classroom.figures.hidden");
        return;
      }
      const rates = linesOf(room);
      const now = JSON.stringify([room.number, rates.map(({ name }) => name)]);
      if (now !== shape) {
        shape = now;
        part("rates").replaceChildren();
        lines = rates.map(() => rateLine(part("rates"), bracket));
        const axis = make("div", "room-rate room-axis", part("rates"));
        make("span", "", axis);
        const ticks = make("div", "room-track", axis);
        for (const at of [0, 50, 100]) make("span", "", ticks, `${at} %`).style.left = `${at}%`;
      }
      rates.forEach((line, i) => lines[i].draw(line, blind?.chance ?? null));
      part("legend").textContent = bracket
        ? phrase("classroom.figures.legend_brackets")
        : phrase("classroom.figures.legend_blind", { chance: percent(blind.chance) });
      drawTable(rates);
      const heard = blind
        ? blind.picks.map(({ source, picked }) => `${spokenSource(source)} ${rateWords(picked)}`)
        : brackets.map(
            ({ temperature, closed, control }) =>
              phrase("classroom.figures.with_control", {
                rate: `${spokenSource(temperature)} ${rateWords(closed)}`,
                control: rateWords(control),
              }),
          );
      announce(joined([amount, ...heard].map(fullStop)));
    },
  };

  function element(name) {
    return part("figures").querySelector(name);
  }
}
