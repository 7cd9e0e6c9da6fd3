// This browser's token, by which the server recognises who started a run. It is kept in
// localStorage; where the browser refuses storage, it lasts until the page is closed.
var charlstmOwner = (() => {
  const key = "charlstm-owner";
  const known = (token) => /^[0-9a-f]{32}$/.test(token ?? "");
  let ours = null;
  // By this cookie the server shares its sampling evenly among browsers. It lasts until the browser
  // is closed, and says nothing of the person.
  try {
    if (!/(^|; )charlstm-person=/.test(document.cookie)) {
      document.cookie = `charlstm-person=${crypto.randomUUID?.() ?? Math.random()}; SameSite=Lax`;
    }
  } catch {
    // The browser refuses cookies, as in a sandboxed frame.
  }

  return {
    token() {
      let token = ours;
      try {
        token = localStorage.getItem(key) ?? token;
      } catch {
        // The browser refuses storage.
      }
      if (!known(token)) {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        token = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      }
      ours = token;
      try {
        localStorage.setItem(key, token);
      } catch {
        // The browser refuses storage.
      }
      return token;
    },
  };
})();
