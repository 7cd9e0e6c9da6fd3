// How others come into the room: its code, its link, and the link as a QR code.

/**
 * @typedef {object} QrQuestion
 * @property {string} link
 *
 * @typedef {object} QrCode
 * @property {string[]} rows Of 0 and 1; 1 is dark.
 */

/**
 * @param {(name: string) => any} part
 * @param {RoomServer} server
 * @param {(words: string) => void} say
 */
function roomInvitation(part, server, say) {
  let shown = "";

  function link() {
    const address = new URL(charlstmLink.page());
    address.searchParams.set("room", shown);
    const hide = new URLSearchParams(location.search).get("hide");
    if (hide) address.searchParams.set("hide", hide);
    return address.href;
  }

  // Also in a Space the page itself: the Hub's page around it would take a part of the wall.
  const projected = () => `${location.origin}${location.pathname}?room=${shown}&view=projector`;

  copyButton(part("invitation-tools"), say, null, link);

  /** @param {string[]} rows */
  function drawSquares(rows) {
    const border = 4; // squares, without which readers don't find the code
    const size = rows.length + 2 * border;
    const box = part("qr");
    box.replaceChildren();
    const drawing = { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": phrase("classroom.way.qr") };
    const svg = shape("svg", drawing, box);
    shape("rect", { class: "paper", width: size, height: size }, svg);
    const dark = rows.flatMap((row, y) =>
      [...row].flatMap((square, x) => (square === "1" ? [`M${x + border} ${y + border}h1v1h-1z`] : [])),
    );
    shape("path", { class: "squares", d: dark.join("") }, svg);
  }

  return {
    /** @param {RoomView} room */
    async draw({ code, names, teacher }) {
      const { hostname } = new URL(charlstmLink.page());
      const alone = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
      part("local").hidden = !(alone && teacher);
      part("people").textContent = phrase("classroom.figures.people", { n: names.length });
      const whole = enumerated(names);
      if (part("names").textContent !== whole) part("names").textContent = whole;
      if (code === shown) return;
      shown = code;
      part("code").textContent = code;
      const address = link();
      part("link").textContent = address.replace(/^https?:\/\//, "");
      part("projector").href = projected();
      const { rows, error } = await answerOf(server.qr_code, { link: address });
      if (code === shown && !error) drawSquares(rows);
    },
  };
}
