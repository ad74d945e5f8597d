import type {GivenFile} from '../messages.js';
import {part} from './elements.js';

/** All that lies in a folder that was dropped, and in those within it. */
async function filesIn(entry: FileSystemEntry): Promise<GivenFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    return [{file, path}];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: GivenFile[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject); // gives a hundred at a time, at last none
    });
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await filesIn(one)));
  }
}

/** What was dropped: files, and those in folders. */
async function dropped({items}: DataTransfer): Promise<GivenFile[]> {
  // Entries are there only until the event is over, so all are asked for at once.
  const entries = Array.from(items, item => item.webkitGetAsEntry());
  return (await Promise.all(entries.map(async entry => (entry ? filesIn(entry) : [])))).flat();
}

const chosen = (files: FileList | null): GivenFile[] =>
  Array.from(files ?? [], file => ({file, path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath}));

/**
 * Hears of files that are chosen, or dropped anywhere on the page, folders too.
 *
 * @param take Called with at least one file.
 */
export function onFiles(take: (files: readonly GivenFile[]) => void): void {
  const given = (files: readonly GivenFile[]): void => {
    // Sorted, so that the same files train alike in whatever order they come.
    if (files.length > 0) take([...files].sort((a, b) => Number(a.path > b.path) - Number(a.path < b.path)));
  };
  for (const id of ['files', 'folder']) {
    const input = part(id, HTMLInputElement);
    input.addEventListener('change', () => {
      given(chosen(input.files));
      input.value = ''; // the same may be chosen again
    });
  }
  const folder = part('folder', HTMLInputElement);
  part('choose-folder', HTMLButtonElement).addEventListener('click', () => {
    folder.click();
  });

  const frame = document.querySelector('.drop');
  const over = (event: DragEvent, is: boolean): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    frame?.classList.toggle('over', is);
  };
  document.addEventListener('dragover', event => {
    over(event, true);
  });
  document.addEventListener('dragleave', event => {
    if (event.relatedTarget === null) over(event, false);
  });
  document.addEventListener('drop', event => {
    over(event, false);
    if (event.dataTransfer) void dropped(event.dataTransfer).then(given);
  });
}
