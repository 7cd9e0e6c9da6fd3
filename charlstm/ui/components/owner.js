// Puts this browser's token where the last value was: by it a run knows where it was started. The
// token stays in the browser's storage; where that is refused, it lasts as long as the page.
(...values) => {
  const key = "charlstm-owner";
  const known = (token) => /^[0-9a-f]{32}$/.test(token ?? "");
  let token = window.charlstmOwner;
  try {
    token = localStorage.getItem(key) ?? token;
  } catch {
    // Storage is refused here.
  }
  if (!known(token)) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    token = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  window.charlstmOwner = token;
  try {
    localStorage.setItem(key, token);
  } catch {
    // Storage is refused here.
  }
  return [...values.slice(0, -1), token];
}
