// Elements without markup in strings.

/** Makes an element with attributes and children; strings become text, functions become listeners, null is skipped. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key, value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

/** Makes an element of a drawing. */
export function drawing(name, attributes = {}, text = '') {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

/** Sets a text only where it differs, so that what reads the page aloud is not told of nothing new. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
