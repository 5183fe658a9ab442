// What a model found in an image, made ready to draw, to point at and to filter.
import { parseCounts, toBitmap, toSpans } from './rle.js';
import { toPath, toPolygons, trace } from './contours.js';

/** One object (or segment) and its mask. */
class Found {
  #polygons = null;
  #path = null;

  /** @param place its place in the list of objects */
  constructor(json, place) {
    this.place = place;
    this.id = json.id;
    this.class = json.class;
    this.classId = json.class_id;
    this.isThing = json.is_thing;
    this.score = json.score;
    this.box = json.box;
    this.color = json.color;
    this.rle = json.rle;
    this.spans = toSpans(parseCounts(json.rle.counts));
    this.area = json.area;
  }

  /** "person 3", or "sky" of what is not counted. */
  get name() {
    return this.isThing ? `${this.class} ${this.id}` : this.class;
  }

  /** Outer rings with their holes, along the borders of pixels. */
  get polygons() {
    if (!this.#polygons) {
      const bitmap = toBitmap(this.spans, this.rle.size[0]);
      this.#polygons = bitmap ? toPolygons(trace(bitmap)) : [];
    }
    return this.#polygons;
  }

  /** Made when it is drawn first. */
  get path() {
    return this.#path ??= toPath(this.polygons.flat());
  }
}

/** The answer of one model to one image. */
export class Result {
  /** @param answer the service's JSON for one image  @param seconds from sending to the last byte */
  constructor(answer, seconds) {
    const [image] = answer.images;
    this.model = answer.model;
    this.kind = answer.kind;
    this.width = image.width;
    this.height = image.height;
    this.warnings = image.warnings ?? [];
    this.timing = image.timing_ms;
    this.seconds = seconds;
    this.objects = image.objects.map((o, i) => new Found(o, i));
    // Small objects lie on top of large ones, where they can be seen and reached.
    this.largestFirst = this.objects.toSorted((a, b) => b.area - a.area);
    this.pins = new Set();
  }

  /** Names of classes by falling number of objects. */
  get classes() {
    const classes = new Map();
    for (const o of this.objects) {
      const found = classes.get(o.class) ?? { name: o.class, isThing: o.isThing, objects: [] };
      found.objects.push(o);
      classes.set(o.class, found);
    }
    return [...classes.values()].sort((a, b) => b.isThing - a.isThing || b.objects.length - a.objects.length);
  }
}

/** Whether an object passes the score and the classes. Stuff has no score. */
export function passes(object, { score, hidden }) {
  return (object.score === null || object.score >= score) && !hidden.has(object.class);
}
