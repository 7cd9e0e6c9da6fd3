// What a browser knows of a room, and how it learns what is new: it asks with the version that it
// has, about once a second while it is visible, less often while the server does not answer.

/**
 * @typedef {object} Rate
 * @property {number} events
 * @property {number} n
 * @property {[number, number]} interval Valid however often one looks.
 *
 * @typedef {object} AtTemperature
 * @property {number} temperature
 * @property {Rate} closed
 * @property {Rate} control
 *
 * @typedef {object} SourcePicks
 * @property {number | null} source A temperature; null is the real text.
 * @property {Rate} picked
 *
 * @typedef {object} BlindCounts
 * @property {number} rounds
 * @property {number} people
 * @property {SourcePicks[]} picks
 * @property {number} chance
 * @property {number} evidence
 *
 * @typedef {object} AskedQuestion
 * @property {"brackets" | "blind"} kind
 * @property {string} called
 * @property {string} seed_text
 * @property {number[]} temperatures
 * @property {number} horizon
 *
 * @typedef {object} RoomView
 * @property {number} version
 * @property {string} code
 * @property {string} name "" for one who has not joined.
 * @property {boolean} teacher
 * @property {string[]} names
 * @property {number | null} ends Seconds since 1970; null if the room is kept.
 * @property {boolean} shown
 * @property {boolean} stopped
 * @property {number} number Of the question, from 1.
 * @property {AskedQuestion | null} question
 * @property {number} counted
 * @property {number} waiting
 * @property {number} most
 * @property {number} own
 * @property {AtTemperature[]} [brackets]
 * @property {BlindCounts} [blind]
 *
 * @typedef {object} LookQuestion
 * @property {string} code
 * @property {number} since
 * @property {string} token
 * @property {string} teacher
 *
 * @typedef {object} RoomNews
 * @property {RoomView} [room] None if nothing has changed.
 *
 * @typedef {object} OpenQuestion
 *
 * @typedef {object} Opened
 * @property {string} code
 * @property {string} teacher
 *
 * @typedef {object} JoinQuestion
 * @property {string} code
 * @property {string} token
 *
 * @typedef {object} Joined
 * @property {string} code
 * @property {string} token
 * @property {string} name
 *
 * @typedef {object} RenameQuestion
 * @property {string} code
 * @property {string} token
 * @property {string} name
 *
 * @typedef {object} Done
 *
 * @typedef {object} RoomServer
 * @property {Served<LookQuestion, RoomNews>} look
 * @property {Served<OpenQuestion, Opened>} open_room
 * @property {Served<JoinQuestion, Joined>} join
 * @property {Served<RenameQuestion, Done>} rename
 * @property {Served<RoundQuestion, LatestRound>} latest_round
 * @property {Served<RoundPick, RoomRound>} pick_text
 * @property {Served<QrQuestion, QrCode>} qr_code
 * @property {Served<DeskQuestion, Desk>} desk
 * @property {Served<AskQuestion, Done>} ask
 * @property {Served<OrderQuestion, Done>} order
 * @property {Served<TableQuestion, SavedFile>} table
 */

/**
 * Who looks at which room: as a person by the browser's token, as the teacher by a secret.
 *
 * @typedef {object} Visitor
 * @property {string} code
 * @property {string} token "" for one who only looks.
 * @property {string} teacher "" for everybody else.
 */

const LOOK_EVERY = 1000; // ms
const LOOK_AT_LEAST_EVERY = 15000; // ms

// Asks the server; where it does not answer, that is the error.
/**
 * @template Question, Answer
 * @param {Served<Question, Answer>} ask
 * @param {Question} question
 * @returns {Promise<Answer & { error?: string }>}
 */
async function answerOf(ask, question) {
  try {
    return await ask(question);
  } catch {
    return /** @type {any} */ ({ error: phrase("classroom.silent") });
  }
}

/**
 * @param {HTMLElement} element Nothing is asked while it is not visible.
 * @param {RoomServer} server
 * @param {(room: RoomView) => void} changed Called with each new state.
 * @param {(error: string) => void} ended There is no such room, or no longer.
 * @param {(silent: boolean) => void} silent Whether the server does not answer.
 */
function roomConnection(element, server, changed, ended, silent) {
  /** @type {Visitor | null} */
  let visitor = null;
  let version = 0;
  let visit = 0; // an answer to a question of an earlier visit is dropped
  let timer = 0;
  let asking = false;
  let wait = LOOK_EVERY;

  const seen = () => document.visibilityState === "visible" && element.offsetWidth > 0;

  async function look() {
    clearTimeout(timer);
    if (asking || !visitor || !element.isConnected || !seen()) return;
    asking = true;
    const mine = visit;
    try {
      const news = await server.look({ ...visitor, since: version });
      if (mine === visit) take(news);
    } catch {
      wait = Math.min(2 * wait, LOOK_AT_LEAST_EVERY);
      if (mine === visit) silent(true);
    }
    asking = false;
    if (mine !== visit) look();
    else timer = setTimeout(look, wait);
  }

  /** @param {RoomNews & { error?: string }} news */
  function take({ room, error }) {
    wait = LOOK_EVERY;
    silent(false);
    if (error) {
      visitor = null;
      return ended(error);
    }
    if (!room) return;
    version = room.version;
    changed(room);
  }

  document.addEventListener("visibilitychange", look);
  new ResizeObserver(look).observe(element);

  return {
    look,

    get visitor() {
      return visitor;
    },

    // Looks at a room, or, as somebody else, at the same room; null leaves it.
    /** @param {Visitor | null} who */
    visit(who) {
      visitor = who;
      visit += 1;
      version = 0;
      wait = LOOK_EVERY;
      look();
    },
  };
}

// The secrets of the rooms that this browser has opened; the last twenty are kept.
const roomSecrets = (() => {
  const key = "charlstm-rooms";
  /** @type {[string, string][]} */
  let known = [];
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "[]");
    if (Array.isArray(stored)) known = stored.filter(Array.isArray).map(([room, own]) => [room, own]);
  } catch {
    // The browser refuses storage, or something else is stored there: they last as long as the page.
  }

  return {
    of: (code) => known.find(([room]) => room === code)?.[1] ?? "",

    keep(code, secret) {
      known = [...known, /** @type {[string, string]} */ ([code, secret])].slice(-20);
      try {
        localStorage.setItem(key, JSON.stringify(known));
      } catch {
        // As above.
      }
    },
  };
})();
