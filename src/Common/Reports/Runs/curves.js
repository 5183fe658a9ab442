// From a run's logged lines to curves.

const mostPoints = 400;

/** The points of a curve. @param x the name of the horizontal value @param divisor of it @param positive drops what a logarithm cannot show */
export function curveOf(lines, key, x, divisor = 1, positive = false) {
  const points = [];
  for (const line of lines) {
    if (!(key in line)) continue;
    const value = line[key];
    // COCO's statistics are -1 where they are not defined.
    const isDefined = Number.isFinite(value) && !(key.startsWith('eval_') && value < 0) && !(positive && value <= 0);
    points.push({ x: line[x] / divisor, y: isDefined ? value : NaN, iteration: line.iteration });
  }
  return points;
}

/** At most as many points as a chart has room for: neighbors are averaged. */
export function thinned(points) {
  if (points.length <= mostPoints) return points;
  const thin = [];
  for (let i = 0; i < mostPoints; i++) {
    const group = points.slice(Math.floor(i * points.length / mostPoints), Math.floor((i + 1) * points.length / mostPoints));
    const finite = group.filter(point => Number.isFinite(point.y));
    thin.push(finite.length === 0 ? group[0] : { ...group.at(-1), y: finite.reduce((sum, point) => sum + point.y, 0) / finite.length });
  }
  return thin;
}

/**
 * A Gaussian average around each point, which does not lag behind the curve as an exponential one does.
 * @param width the filter's, as a part of the curve's points
 */
export function smoothed(points, width) {
  if (!(width > 0)) return points;
  const sigma = Math.max(width * points.length, 1);
  const reach = Math.ceil(3 * sigma);
  return points.map((point, i) => {
    let sum = 0;
    let weights = 0;
    for (let k = Math.max(0, i - reach); k <= Math.min(points.length - 1, i + reach); k++) {
      if (!Number.isFinite(points[k].y)) continue;
      const weight = Math.exp(-0.5 * ((k - i) / sigma) ** 2);
      sum += weight * points[k].y;
      weights += weight;
    }
    return { ...point, y: weights > 0 ? sum / weights : NaN };
  });
}

/** The point nearest to a place; null where the curve does not reach it. */
export function pointAt(points, x) {
  if (points.length === 0) return null;
  const margin = points.length > 1 ? (points.at(-1).x - points[0].x) / (points.length - 1) : 0;
  if (x < points[0].x - margin - 1e-9 || x > points.at(-1).x + margin + 1e-9) return null;
  return points.reduce((best, point) => Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best);
}
