// This browser's token: by it a run knows where it was started. It stays in the browser's storage;
// where that is refused, it lasts as long as the page.
var charlstmOwner = (() => {
  const key = "charlstm-owner";
  const known = (token) => /^[0-9a-f]{32}$/.test(token ?? "");
  let ours = null;

  return {
    token() {
      let token = ours;
      try {
        token = localStorage.getItem(key) ?? token;
      } catch {
        // Storage is refused here.
      }
      if (!known(token)) {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        token = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      }
      ours = token;
      try {
        localStorage.setItem(key, token);
      } catch {
        // Storage is refused here.
      }
      return token;
    },
  };
})();
