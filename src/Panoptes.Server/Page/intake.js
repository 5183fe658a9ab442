// Ways into the page: drop, paste, pick, a photo, samples.

export const samples = [
  { file: 'assets/samples/mushrooms-1.jpg', title: 'Mushrooms, large caps' },
  { file: 'assets/samples/mushrooms-2.jpg', title: 'Mushrooms, close together' },
  { file: 'assets/samples/mushrooms-3.jpg', title: 'Mushrooms, many small ones' },
];

/**
 * @param {(files: {file: Blob, name: string}[]) => void} take
 * @param {(title: string, text: string) => void} refuse
 */
export function listen(take, refuse) {
  const takeFiles = files => take([...files].map(file => ({ file, name: file.name })));
  pickers(takeFiles);
  drops(takeFiles, refuse);
  document.addEventListener('paste', event => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    takeFiles(files);
  });
}

/** Fetches a sample as if it had been dropped. */
export async function sample({ file }) {
  const response = await fetch(new URL(file, document.baseURI));
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  return { file: await response.blob(), name: file.split('/').at(-1) };
}

function pickers(takeFiles) {
  for (const [id, selector] of [['file', '[data-pick]'], ['camera', '[data-camera]']]) {
    const input = document.getElementById(id);
    input.addEventListener('change', () => {
      if (input.files.length) takeFiles(input.files);
      // The same file can be chosen again.
      input.value = '';
    });
    for (const button of document.querySelectorAll(selector)) button.addEventListener('click', () => input.click());
  }
}

function drops(takeFiles, refuse) {
  const veil = document.getElementById('veil');
  // Entering a child leaves its parent: the veil goes when as many were left as entered.
  let depth = 0;
  const done = () => {
    depth = 0;
    veil.hidden = true;
  };
  addEventListener('dragenter', event => {
    event.preventDefault();
    depth++;
    veil.hidden = false;
  });
  addEventListener('dragleave', () => { if (--depth <= 0) done(); });
  addEventListener('dragover', event => {
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('drop', event => {
    event.preventDefault();
    done();
    if (event.dataTransfer.files.length) takeFiles(event.dataTransfer.files);
    else refuse('That was not a file', 'Save the image first, then drop its file here, or copy the image and paste it.');
  });
}
