// Images that were brought in: their file, thumbnail and, for the one that is looked at, their pixels.

const thumbSide = 160;
const previewSide = 2048;
let last = 0;

/** One image of the session. */
export class PageImage {
  /** Answers by the model's name. */
  answers = new Map();
  removed = new AbortController();
  /** Pixels to draw, from few to many; empty where the browser cannot show the file. */
  levels = [];
  unreadable = false;
  thumb = null;
  #loading = null;

  constructor(file, name) {
    this.id = ++last;
    this.file = file;
    this.name = name || 'image';
  }

  /** Decodes the pixels, turned upright as the service does. */
  async load() {
    this.#loading ??= this.#decode();
    await this.#loading;
  }

  async #decode() {
    let full;
    try {
      full = await createImageBitmap(this.file);
    } catch {
      // TIFF and the like: the service may know it all the same, and its masks are drawn without the image.
      this.unreadable = true;
      return;
    }
    this.thumb ??= scaled(full, thumbSide);
    const levels = [full];
    const side = Math.max(full.width, full.height);
    if (side > previewSide * 1.5) {
      const factor = previewSide / side;
      levels.unshift(await createImageBitmap(full, {
        resizeWidth: Math.max(1, Math.round(full.width * factor)),
        resizeHeight: Math.max(1, Math.round(full.height * factor)),
        resizeQuality: 'medium',
      }));
    }
    this.levels = levels;
  }

  /** Gives the pixels' memory back; the thumbnail stays. */
  release() {
    for (const level of this.levels) level.close();
    this.levels = [];
    this.#loading = null;
  }

  get size() {
    const full = this.levels.at(-1);
    if (full) return { width: full.width, height: full.height };
    const done = [...this.answers.values()].find(a => a.result)?.result;
    return done ? { width: done.width, height: done.height } : null;
  }
}

function scaled(bitmap, side) {
  const factor = Math.min(1, side / Math.min(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * factor));
  canvas.height = Math.max(1, Math.round(bitmap.height * factor));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
