// Axes of charts: where values lie, and ticks at round numbers.

/** An axis between two values. @param rounded whether it ends at ticks */
export function linearAxis(low, high, intervals, rounded) {
  if (!(high > low)) high = low + Math.max(Math.abs(low), 1);
  const step = roundStep((high - low) / intervals);
  if (rounded) {
    low = Math.floor(low / step + 1e-9) * step;
    high = Math.ceil(high / step - 1e-9) * step;
  }
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i++) {
    ticks.push({ value: i * step, label: tickLabel(i * step, step) });
  }
  return { low, high, ticks, position: value => (value - low) / (high - low) };
}

/** An axis of powers; values must be positive. */
export function logAxis(low, high) {
  let first = Math.floor(Math.log10(low) + 1e-9);
  let last = Math.ceil(Math.log10(high) - 1e-9);
  if (last <= first) last = first + 1;
  const ticks = [];
  const every = Math.ceil((last - first) / 6);
  for (let power = first; power <= last; power++) {
    if ((power - first) % every === 0) ticks.push({ value: 10 ** power, label: powerLabel(power) });
    for (const digit of last - first <= 2 && power < last ? [2, 5] : []) {
      ticks.push({ value: digit * 10 ** power, label: power < -3 ? '' : String(Number((digit * 10 ** power).toPrecision(1))) });
    }
  }
  return { low: 10 ** first, high: 10 ** last, ticks, position: value => (Math.log10(value) - first) / (last - first) };
}

function powerLabel(power) {
  return power < -3 || power > 4 ? `1e${power}` : String(Number((10 ** power).toPrecision(1)));
}

function tickLabel(tick, step) {
  if (Math.abs(tick) < step / 2) return '0';
  if (step >= 1000) return `${Number((tick / 1000).toFixed(1))}k`;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return decimals > 4 ? Number(tick.toPrecision(3)).toExponential() : tick.toFixed(decimals);
}

function roundStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5].find(candidate => step / power <= candidate + 1e-9) ?? 10;
  return factor * power;
}
