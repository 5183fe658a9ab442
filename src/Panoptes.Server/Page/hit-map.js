// Which object lies at a pixel: a buffer of numbers, column by column as the masks are, so that a run is one fill.

export class HitMap {
  #result;
  #numbers;

  constructor(result) {
    this.#result = result;
    this.#numbers = new Uint16Array(result.width * result.height);
  }

  /** Takes up the objects that are shown; small ones lie on top. */
  show(visible) {
    this.#numbers.fill(0);
    for (const object of this.#result.largestFirst) {
      if (!visible.has(object)) continue;
      const number = object.place + 1;
      for (let i = 0; i < object.spans.length; i += 2) this.#numbers.fill(number, object.spans[i], object.spans[i + 1]);
    }
  }

  /** The object at a place in pixels of the image, or null. */
  at(x, y) {
    const { width, height, objects } = this.#result;
    if (x < 0 || y < 0 || x >= width || y >= height) return null;
    return objects[this.#numbers[Math.floor(x) * height + Math.floor(y)] - 1] ?? null;
  }
}
