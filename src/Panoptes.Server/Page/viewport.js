// The part of the image that is seen. Panes side by side share one, so that they always show the same place.

const most = 40;

/** Fires `change`. Lengths on the page are CSS pixels, those of the image its pixels. */
export class Viewport extends EventTarget {
  image = { width: 1, height: 1 };
  pane = { width: 1, height: 1 };
  scale = 1;
  #center = { x: 0.5, y: 0.5 };
  #fitted = true;

  /** The scale at which the image just fits; small images are not enlarged without end. */
  get fitScale() {
    const { image, pane } = this;
    const margin = Math.min(16, pane.width * 0.03);
    return Math.min((pane.width - 2 * margin) / image.width, (pane.height - 2 * margin) / image.height, 8);
  }

  get fitted() {
    return this.#fitted;
  }

  /** Where the image's upper left corner lies in the pane. */
  get origin() {
    return {
      x: this.pane.width / 2 - this.#center.x * this.scale,
      y: this.pane.height / 2 - this.#center.y * this.scale,
    };
  }

  setImage(width, height) {
    if (this.image.width === width && this.image.height === height) return;
    this.image = { width, height };
    this.fit();
  }

  setPane(width, height) {
    if (!width || !height || (this.pane.width === width && this.pane.height === height)) return;
    this.pane = { width, height };
    if (this.#fitted) this.fit();
    else this.#settle();
  }

  fit() {
    this.#fitted = true;
    this.scale = Math.max(this.fitScale, 1e-4);
    this.#center = { x: this.image.width / 2, y: this.image.height / 2 };
    this.#told();
  }

  /** Zooms so that the place under (x, y) of the pane stays there; without a place, the middle. */
  zoom(factor, x = this.pane.width / 2, y = this.pane.height / 2) {
    const before = this.toImage(x, y);
    const fit = this.fitScale;
    const scale = Math.min(Math.max(this.scale * factor, Math.min(fit, 1)), Math.max(most, fit));
    if (scale <= fit * 1.001 && factor < 1) {
      this.fit();
      return;
    }
    this.scale = scale;
    this.#fitted = false;
    this.#center.x = before.x - (x - this.pane.width / 2) / scale;
    this.#center.y = before.y - (y - this.pane.height / 2) / scale;
    this.#settle();
  }

  /** Moves the image by so many CSS pixels. */
  move(dx, dy) {
    if (this.#fitted) return;
    this.#center.x -= dx / this.scale;
    this.#center.y -= dy / this.scale;
    this.#settle();
  }

  /** Brings a box of the image into view, and leaves the scale as it is. */
  reveal([x, y, width, height]) {
    if (this.#fitted) return;
    const half = { x: this.pane.width / 2 / this.scale, y: this.pane.height / 2 / this.scale };
    const c = this.#center;
    if (x >= c.x - half.x && x + width <= c.x + half.x && y >= c.y - half.y && y + height <= c.y + half.y) return;
    this.#center = { x: x + width / 2, y: y + height / 2 };
    this.#settle();
  }

  toImage(x, y) {
    const origin = this.origin;
    return { x: (x - origin.x) / this.scale, y: (y - origin.y) / this.scale };
  }

  // An image larger than the pane fills it; a smaller one stays in its middle.
  #settle() {
    const clamp = (center, side, room) => {
      const half = room / 2 / this.scale;
      return side <= 2 * half ? side / 2 : Math.min(Math.max(center, half), side - half);
    };
    this.#center = {
      x: clamp(this.#center.x, this.image.width, this.pane.width),
      y: clamp(this.#center.y, this.image.height, this.pane.height),
    };
    this.#told();
  }

  #told() {
    this.dispatchEvent(new Event('change'));
  }
}
