// The scale of temperatures, the same in every drawing. A position on it runs from 0 to 1 (0.2, 0.5
// and 1 lie at 0.23, 0.48 and 0.73). Its colours are those of export/palette.py, interpolated
// between two and constant beyond both ends. They are CSS expressions over variables, so that
// switching between light and dark needs no redraw.
var charlstmColours = {
  temperaturePlace(temperature) {
    return 1 - Math.exp(-1.3 * temperature);
  },

  temperatureAt(position) {
    return -Math.log(1 - position) / 1.3;
  },

  temperatureColour(temperature) {
    const next = charlstmScale.findIndex((stop) => temperature <= stop.temperature);
    if (next < 0) return `var(--${charlstmScale.at(-1).colour})`;
    const to = charlstmScale[next];
    if (next === 0 || temperature === to.temperature) return `var(--${to.colour})`;
    const from = charlstmScale[next - 1];
    const share = (temperature - from.temperature) / (to.temperature - from.temperature);
    const percent = Math.round(100 * share);
    return `color-mix(in oklab, var(--${to.colour}) ${percent}%, var(--${from.colour}))`;
  },
};
