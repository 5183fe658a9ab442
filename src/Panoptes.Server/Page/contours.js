// Outlines of a mask along the borders of its pixels, with holes as rings of their own.

// A step to the right, down, left, up, in corners.
const DX = [1, 0, -1, 0];
const DY = [0, 1, 0, -1];

/**
 * Follows the borders of a bitmap (see toBitmap). The foreground lies to the right hand: outer rings run clockwise on the screen, holes
 * the other way. Regions that touch at a corner only are rings of their own.
 * @returns {number[][]} rings `x0, y0, x1, y1, ...` in pixels of the image, the first corner not repeated
 */
export function trace({ pixels, rows, columns, x: left, y: top }) {
  const at = (x, y) => pixels[x * rows + y];
  // For each direction the pixels to the right and to the left of the step that leaves corner (x, y).
  const rightOf = [(x, y) => at(x, y), (x, y) => at(x - 1, y), (x, y) => at(x - 1, y - 1), (x, y) => at(x, y - 1)];
  const leftOf = [(x, y) => at(x, y - 1), (x, y) => at(x, y), (x, y) => at(x - 1, y), (x, y) => at(x - 1, y - 1)];
  const seen = new Uint8Array(pixels.length);
  const rings = [];
  for (let x = 1; x < columns - 1; x++) {
    for (let y = 1; y < rows - 1; y++) {
      // Every ring has a step to the right: an upper border.
      if (!at(x, y) || at(x, y - 1) || seen[x * rows + y]) continue;
      const ring = [];
      let cx = x;
      let cy = y;
      let direction = 0;
      let before = 0;
      do {
        if (direction === 0) seen[cx * rows + cy] = 1;
        if (direction !== before) ring.push(cx + left, cy + top);
        before = direction;
        cx += DX[direction];
        cy += DY[direction];
        const right = (direction + 1) & 3;
        const ahead = direction;
        if (rightOf[right](cx, cy) && !leftOf[right](cx, cy)) direction = right;
        else if (rightOf[ahead](cx, cy) && !leftOf[ahead](cx, cy)) direction = ahead;
        else direction = (direction + 3) & 3;
      } while (cx !== x || cy !== y || direction !== 0);
      if (before !== 0) ring.push(cx + left, cy + top);
      rings.push(ring);
    }
  }
  return rings;
}

/** Twice the area that a ring surrounds: positive for outer rings, negative for holes. */
export function signedArea(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) sum += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  return sum;
}

/** Rings as polygons: an outer ring, then its holes. */
export function toPolygons(rings) {
  const polygons = [];
  const holes = [];
  for (const ring of rings) {
    const area = signedArea(ring);
    if (area > 0) polygons.push({ area, rings: [ring] });
    else holes.push(ring);
  }
  // The smallest outer ring around a hole is the one of its region.
  polygons.sort((a, b) => a.area - b.area);
  for (const hole of holes) {
    const [x, y] = beside(hole);
    polygons.find(p => contains(p.rings[0], x, y))?.rings.push(hole);
  }
  return polygons.map(p => p.rings);
}

// The middle of a foreground pixel at the first step of a ring, which a hole's region holds for certain.
function beside(ring) {
  const dx = Math.sign(ring[2] - ring[0]);
  const dy = Math.sign(ring[3] - ring[1]);
  return [ring[0] + (dx - dy) / 2, ring[1] + (dx + dy) / 2];
}

function contains(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    if (ring[i + 1] > y !== ring[j + 1] > y && x < ring[i]) inside = !inside;
  }
  return inside;
}

/** A path to draw: corners are cut by half a pixel, so that a slope looks like one. Fill it by the even-odd rule. */
export function toPath(rings) {
  const path = new Path2D();
  for (const ring of rings) {
    const n = ring.length;
    for (let i = 0; i < n; i += 2) {
      const x = ring[i];
      const y = ring[i + 1];
      const dx = Math.sign(ring[(i + 2) % n] - x) / 2;
      const dy = Math.sign(ring[(i + 3) % n] - y) / 2;
      if (i === 0) path.moveTo(x + dx, y + dy);
      else path.lineTo(x + dx, y + dy);
      path.lineTo(ring[(i + 2) % n] - dx, ring[(i + 3) % n] - dy);
    }
    path.closePath();
  }
  return path;
}
