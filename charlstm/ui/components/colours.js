// The temperature scale, the same wherever a temperature is drawn. A place on it runs from 0 to 1
// (0.2, 0.5 and 1 lie at 0.23, 0.48 and 0.73), and the colour is cold up to 0.2, mid at 0.5 and hot
// from 1 on. Colours are CSS expressions over the tokens, so light and dark need no redraw.
var charlstmColours = {
  temperaturePlace(temperature) {
    return 1 - Math.exp(-1.3 * temperature);
  },

  temperatureAt(place) {
    return -Math.log(1 - place) / 1.3;
  },

  temperatureColour(temperature) {
    const mix = (from, to, share) =>
      `color-mix(in oklab, var(${to}) ${Math.round(100 * share)}%, var(${from}))`;
    if (temperature <= 0.2) return "var(--t-cold)";
    if (temperature < 0.5) return mix("--t-cold", "--t-mid", (temperature - 0.2) / 0.3);
    if (temperature < 1) return mix("--t-mid", "--t-hot", (temperature - 0.5) / 0.5);
    return "var(--t-hot)";
  },
};
