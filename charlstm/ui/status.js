// A line in the header on the run that trains. It is requested every 2 seconds while the page is
// visible; less often after an error or while no run trains.

/**
 * @typedef {object} StatusQuestion
 *
 * @typedef {object} StatusAnswer
 * @property {string} sentence
 */

/** @param {Component<null, { training: Served<StatusQuestion, StatusAnswer> }>} component */
function mountStatus({ element, server }) {
  const line = element.querySelector(".run-line");
  let wait = 2000;

  async function ask() {
    if (!element.isConnected) return;
    if (!document.hidden) {
      try {
        const { sentence = "" } = await server.training({});
        if (line.textContent !== sentence) line.textContent = sentence;
        line.hidden = !sentence;
        wait = sentence ? 2000 : 4000;
      } catch {
        wait = Math.min(2 * wait, 60000);
      }
    }
    setTimeout(ask, wait);
  }

  ask();
}
