// Mouse, touch and pen on a pane: hover, click, drag, wheel, pinch.

const clickRange = 5;

/**
 * @param {HTMLElement} surface
 * @param {import('./viewport.js').Viewport} viewport
 * @param {{hover: (x: number, y: number) => void, leave: () => void, click: (x: number, y: number) => void}} on places in CSS pixels
 */
export function follow(surface, viewport, on) {
  const pointers = new Map();
  let moved = 0;
  const place = event => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  surface.addEventListener('pointerdown', event => {
    if (event.button > 0) return;
    if (pointers.size === 0) moved = 0;
    pointers.set(event.pointerId, place(event));
    surface.setPointerCapture(event.pointerId);
  });

  surface.addEventListener('pointermove', event => {
    const now = place(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      on.hover(now.x, now.y);
      return;
    }
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    moved += Math.hypot(dx, dy);
    pointers.set(event.pointerId, now);
    if (pointers.size === 1) {
      if (moved > clickRange) viewport.move(dx, dy);
    } else if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
      const spread = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(Math.hypot(before.x - other.x, before.y - other.y), 1);
      viewport.zoom(spread, (now.x + other.x) / 2, (now.y + other.y) / 2);
      viewport.move(dx / 2, dy / 2);
      moved = Infinity;
    }
  });

  surface.addEventListener('pointerup', event => {
    if (!pointers.delete(event.pointerId)) return;
    const { x, y } = place(event);
    if (pointers.size === 0 && moved <= clickRange) on.click(x, y);
  });
  surface.addEventListener('pointercancel', event => pointers.delete(event.pointerId));
  surface.addEventListener('pointerleave', () => on.leave());

  surface.addEventListener('wheel', event => {
    event.preventDefault();
    const { x, y } = place(event);
    // Lines and pages, as some mice count, are about 16 and 400 pixels. A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
    const pixels = event.deltaY * [1, 16, 400][event.deltaMode];
    viewport.zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0016)), x, y);
  }, { passive: false });
}
