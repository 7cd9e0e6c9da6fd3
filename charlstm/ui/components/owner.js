// This browser's token, by which the server recognises who started a run. It is kept in a cookie,
// which goes with every request, and in localStorage. A browser may refuse one of them or both, as in
// a frame of another site. Then the address keeps the token, after the "#", which no request carries
// and no link of the page contains.
var charlstmOwner = (() => {
  const key = "charlstm-owner";
  const known = (token) => /^[0-9a-f]{32}$/.test(token ?? "");
  const inFragment = new RegExp(`(?:^#|&)${key}=([0-9a-f]{32})(?=&|$)`);

  // A frame of another site has cookies of its own under each site that it is in ("Partitioned"),
  // where they travel safely; elsewhere the page is no such frame, or has no cookies.
  const cookieKinds = ["SameSite=None; Secure; Partitioned", "SameSite=Lax"];
  const places = {
    cookie: {
      read: () => document.cookie.match(/(?:^|; )charlstm-owner=([0-9a-f]{32})(?:;|$)/)?.[1],
      write(token) {
        for (const kind of cookieKinds) {
          document.cookie = `${key}=${token}; Path=/; Max-Age=31536000; ${kind}`;
          if (read("cookie") === token) return;
        }
      },
    },
    storage: {
      read: () => localStorage.getItem(key),
      write: (token) => localStorage.setItem(key, token),
    },
    fragment: {
      read: () => location.hash.match(inFragment)?.[1],
      write(token) {
        const others = location.hash.slice(1);
        const all = [...(others ? [others] : []), `${key}=${token}`].join("&");
        // The page has a base address, so "#" alone would lose the settings.
        const address = `${location.pathname}${location.search}#${all}`;
        if (read("fragment") !== token) history.replaceState(history.state, "", address);
      },
    },
  };

  const read = (place) => {
    try {
      return places[place].read();
    } catch {
      return null; // the browser refuses it
    }
  };

  /** Whether the token stands in a place after it was written there. */
  function keep(place, token) {
    try {
      places[place].write(token);
    } catch {
      // The browser refuses it.
    }
    return read(place) === token;
  }

  function made() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const ours = ["cookie", "storage", "fragment"].map(read).find(known) ?? made();
  const isSent = keep("cookie", ours);
  // The address of a frame is not kept when the page around it is loaded again.
  const isKept =
    keep("storage", ours) || isSent || (keep("fragment", ours) && window.top === window);

  return {
    token: () => ours,

    /** Sentences on what a run that is started here will lack, for the Train tab. */
    remarks() {
      if (!isKept) {
        return [phrase("components.owner.nothing_kept")];
      }
      return isSent ? [] : [phrase("components.owner.no_cookies")];
    },
  };
})();
