// A viewer of folders: images at the left, the one that is shown with its masks, its objects at the right. All it knows of Panoptes is
// POST /v1/segment; the score is sent once, low, and filters here.

const $ = id => document.getElementById(id);
const images = []; // { file, bitmap, found, problem }
let current = -1;
let hovered = null;

for (const input of [$("folder"), $("files")]) {
  input.addEventListener("change", () => {
    const files = [...input.files].filter(f => f.type.startsWith("image/"));
    files.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    images.splice(0, images.length, ...files.map(file => ({ file })));
    $("images").replaceChildren(...images.map((image, i) => entry(image.file.name, () => show(i))));
    input.value = "";
    current = -1;
    if (images.length > 0) show(0);
    else $("status").textContent = "There is no image in it.";
  });
}

$("score").addEventListener("input", draw);
$("masks").addEventListener("change", paint);
$("view").addEventListener("pointermove", event => hover(objectAt(event)));
$("view").addEventListener("pointerleave", () => hover(null));
addEventListener("keydown", event => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.type === "range" || !images[current + step]) return;
  event.preventDefault();
  show(current + step);
});

async function show(index) {
  current = index;
  hovered = null;
  [...$("images").querySelectorAll("button")].forEach((b, i) => b.setAttribute("aria-current", i === index));
  $("images").children[index].scrollIntoView({ block: "nearest" });
  const image = images[index];
  $("status").textContent = `${image.file.name} ...`;
  if (!image.found) await segment(image);
  if (images[current] !== image) return; // another one was chosen in the meantime
  draw();
  const next = images[index + 1];
  if (next && !next.found) segment(next); // it is there when the arrow key asks for it
}

// Once for each image, even if it is asked for again while the answer is under way.
function segment(image) {
  image.loading ??= (async () => {
    try {
      image.bitmap = await createImageBitmap(image.file);
      const response = await fetch("v1/segment?score=0.05", { method: "POST", body: image.file });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.detail ?? answer.title);
      image.found = answer.images[0];
      for (const object of image.found.objects) object.path = pathOf(object.polygons);
    } catch (error) {
      image.problem = error.message;
      image.loading = null; // choosing it again tries again
    }
  })();
  return image.loading;
}

function pathOf(polygons) {
  const path = new Path2D();
  for (const ring of polygons.flatMap(p => [p.outer, ...p.holes])) {
    for (let i = 0; i < ring.length; i += 2) path[i === 0 ? "moveTo" : "lineTo"](ring[i], ring[i + 1]);
    path.closePath();
  }
  return path;
}

// In the order in which they are painted: stuff, which has no score and is always shown, then things, the best one on top.
function shown() {
  const least = Number($("score").value);
  const objects = images[current]?.found?.objects.filter(o => o.score === null || o.score >= least) ?? [];
  return objects.sort((a, b) => a.is_thing - b.is_thing || a.score - b.score);
}

function draw() {
  $("least").value = Number($("score").value).toFixed(2);
  const image = images[current];
  if (!image) return;
  const objects = shown();
  $("objects").replaceChildren(...objects.toReversed().map(object => {
    object.item = entry(object.score === null ? object.class : `${object.class} ${object.score.toFixed(2)}`, () => hover(object));
    const swatch = document.createElement("i");
    swatch.style.background = object.color;
    object.item.firstChild.prepend(swatch);
    object.item.addEventListener("pointerenter", () => hover(object));
    return object.item;
  }));
  $("status").textContent = image.found
    ? `${image.file.name}: ${image.found.width} x ${image.found.height}, ${objects.length} objects, `
      + `${image.found.timing_ms.total.toFixed(0)} ms (${current + 1} of ${images.length})`
    : `${image.file.name}: ${image.problem}`;
  paint();
}

function paint() {
  const image = images[current];
  if (!image) return;
  const canvas = $("view"), context = canvas.getContext("2d");
  const { width, height } = image.found ?? image.bitmap ?? { width: 1, height: 1 };
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  context.clearRect(0, 0, width, height);
  if (image.bitmap) context.drawImage(image.bitmap, 0, 0, width, height);
  context.lineWidth = Math.max(width, height) / 400;
  for (const object of $("masks").checked ? shown() : []) {
    context.fillStyle = context.strokeStyle = object.color;
    context.globalAlpha = object === hovered ? 0.75 : 0.4;
    context.fill(object.path, "evenodd");
    context.globalAlpha = 1;
    context.stroke(object.path);
  }
}

function hover(object) {
  if (object === hovered) return;
  hovered?.item.firstChild.removeAttribute("aria-current");
  hovered = object;
  hovered?.item.firstChild.setAttribute("aria-current", true);
  paint();
}

function objectAt(event) {
  const canvas = $("view");
  const x = event.offsetX * canvas.width / canvas.clientWidth, y = event.offsetY * canvas.height / canvas.clientHeight;
  return shown().findLast(o => canvas.getContext("2d").isPointInPath(o.path, x, y, "evenodd")) ?? null;
}

function entry(text, action) {
  const item = document.createElement("li"), button = document.createElement("button");
  button.append(text);
  button.addEventListener("click", action);
  item.append(button);
  return item;
}
