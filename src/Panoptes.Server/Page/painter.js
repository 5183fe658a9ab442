// Draws masks: on the panes, and into the PNG that is downloaded. The context's transform leads from image pixels to its own.

/**
 * Fills and outlines objects in their colors, in the order that is given. Holes stay open.
 * @param {CanvasRenderingContext2D} context
 * @param {Iterable<object>} objects
 * @param {number} pixel the length of one pixel of the screen, in pixels of the image
 */
export function paintMasks(context, objects, pixel) {
  context.lineJoin = 'round';
  context.lineWidth = 1.5 * pixel;
  for (const object of objects) {
    context.fillStyle = context.strokeStyle = object.color;
    context.globalAlpha = 0.45;
    context.fill(object.path, 'evenodd');
    context.globalAlpha = 0.95;
    context.stroke(object.path);
  }
  context.globalAlpha = 1;
}

/** Draws one object so that it stands out. */
export function paintRaised(context, object, pixel) {
  context.lineJoin = 'round';
  context.fillStyle = object.color;
  context.globalAlpha = 0.5;
  context.fill(object.path, 'evenodd');
  context.globalAlpha = 1;
  for (const [width, color] of [[5, 'rgb(0 0 0 / .5)'], [2.5, '#fff']]) {
    context.lineWidth = width * pixel;
    context.strokeStyle = color;
    context.stroke(object.path);
  }
}

/**
 * Writes an object's name and score in a chip above its box, within the visible part.
 * @param {{x: number, y: number, width: number, height: number}} view what is seen, in pixels of the image
 */
export function paintLabel(context, object, pixel, view) {
  const text = object.score === null ? object.name : `${object.name}  ${percent(object.score)}`;
  context.font = `600 ${12.5 * pixel}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const height = 22 * pixel;
  const width = context.measureText(text).width + 26 * pixel;
  const [left, top] = object.box;
  const clamp = (value, least, most) => Math.max(least, Math.min(value, most));
  const x = clamp(left, view.x + 2 * pixel, view.x + view.width - width - 2 * pixel);
  const y = clamp(top - height - 5 * pixel, view.y + 2 * pixel, view.y + view.height - height - 2 * pixel);
  context.beginPath();
  context.roundRect(x, y, width, height, 6 * pixel);
  context.fillStyle = 'rgb(13 17 28 / .88)';
  context.fill();
  context.beginPath();
  context.arc(x + 11 * pixel, y + height / 2, 4 * pixel, 0, 7);
  context.fillStyle = object.color;
  context.fill();
  context.fillStyle = '#fff';
  context.fillText(text, x + 20 * pixel, y + height / 2 + 0.5 * pixel);
}

/** A score as people read it. */
export function percent(score) {
  return `${Math.round(score * 100)} %`;
}
