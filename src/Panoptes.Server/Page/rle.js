// COCO's run lengths: columns from top to bottom, background first.

/** Reads the compressed string of COCO's masks (pycocotools, maskApi.c) into run lengths. */
export function parseCounts(text) {
  const counts = [];
  for (let at = 0; at < text.length;) {
    let value = 0;
    let shift = 0;
    let code;
    do {
      code = text.charCodeAt(at++) - 48;
      value += (code & 0x1f) * 2 ** shift;
      shift += 5;
    } while (code & 0x20);
    if (code & 0x10) value -= 2 ** shift;
    // From the fourth on, a number is the difference to the one two places before.
    if (counts.length > 2) value += counts[counts.length - 2];
    counts.push(value);
  }
  return counts;
}

/** The foreground as pairs of places `start, end` in a mask that is stored column by column. */
export function toSpans(counts) {
  const spans = new Uint32Array(counts.length & ~1);
  for (let i = 0, place = 0; i + 1 < counts.length; i += 2) {
    spans[i] = place + counts[i];
    spans[i + 1] = place = spans[i] + counts[i + 1];
  }
  return spans;
}

/** The pixels of the spans cut to their smallest box, with a border of one background pixel, column by column. */
export function toBitmap(spans, height) {
  let top = height;
  let bottom = -1;
  let left = Infinity;
  let right = -1;
  for (let i = 0; i < spans.length; i += 2) {
    if (spans[i] === spans[i + 1]) continue;
    const first = Math.floor(spans[i] / height);
    const last = Math.floor((spans[i + 1] - 1) / height);
    left = Math.min(left, first);
    right = Math.max(right, last);
    // A run over more than one column touches both edges of the image.
    top = first === last ? Math.min(top, spans[i] % height) : 0;
    bottom = first === last ? Math.max(bottom, (spans[i + 1] - 1) % height) : height - 1;
  }
  if (right < 0) return null;

  const rows = bottom - top + 3;
  const columns = right - left + 3;
  const pixels = new Uint8Array(rows * columns);
  for (let i = 0; i < spans.length; i += 2) {
    for (let at = spans[i]; at < spans[i + 1];) {
      const x = Math.floor(at / height);
      const end = Math.min(spans[i + 1], (x + 1) * height);
      const column = (x - left + 1) * rows + 1 - top - x * height;
      pixels.fill(1, column + at, column + end);
      at = end;
    }
  }
  return { pixels, rows, columns, x: left - 1, y: top - 1 };
}
