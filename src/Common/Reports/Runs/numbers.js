// Numbers as the pages write them.

const none = '–';

/** A loss or a rate with three significant digits. */
export function short(value) {
  if (!Number.isFinite(value)) return none;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value.toExponential(1).replace('e+', 'e');
  if (size < 100) return String(Number(value.toPrecision(3)));
  return count(Math.round(value));
}

/** A figure between 0 and 1 with three decimals. */
export function figure(value) {
  return Number.isFinite(value) && value >= 0 ? value.toFixed(3) : none;
}

/** A whole number with its thousands apart. */
export function count(value) {
  return value.toLocaleString('en-US');
}

/** MiB as GiB or MiB. */
export function memory(mib) {
  if (!Number.isFinite(mib)) return none;
  return mib >= 1024 ? `${(mib / 1024).toFixed(1)} GiB` : `${Math.round(mib)} MiB`;
}

/** A duration as people say it, in one piece. */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return none;
  const whole = Math.round(seconds);
  const two = number => String(number).padStart(2, '0');
  if (whole < 60) return `${whole}\u00a0s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0min\u00a0${two(whole % 60)}\u00a0s`;
  return `${Math.floor(whole / 3600)}\u00a0h\u00a0${two(Math.floor(whole / 60) % 60)}\u00a0min`;
}
