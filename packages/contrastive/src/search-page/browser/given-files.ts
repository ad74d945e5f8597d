import {part} from './elements.js';

/** The first image among files, else the first file: what it is, reading it will tell. */
const imageAmong = (files: FileList | null | undefined): File | undefined => {
  const all = Array.from(files ?? []);
  return all.find(({type}) => type.startsWith('image/')) ?? all.at(0);
};

/** Hears of each file that is chosen, dropped anywhere on the page, or pasted. */
export function onFile(take: (file: File) => void): void {
  const input = part('#file') as HTMLInputElement; // as the markup has it
  const frame = part('.drop');
  const given = (files: FileList | null | undefined): void => {
    const file = imageAmong(files);
    if (file) take(file);
  };
  input.addEventListener('change', () => {
    given(input.files);
    input.value = ''; // the same file may be chosen again
  });
  const over = (event: DragEvent, is: boolean): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    frame.classList.toggle('over', is);
  };
  document.addEventListener('dragover', event => {
    over(event, true);
  });
  document.addEventListener('dragleave', event => {
    if (event.relatedTarget === null) over(event, false);
  });
  document.addEventListener('drop', event => {
    over(event, false);
    given(event.dataTransfer?.files);
  });
  document.addEventListener('paste', event => {
    given(event.clipboardData?.files);
  });
}
