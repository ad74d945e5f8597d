/** The page: what the reader gives and chooses goes to the worker as orders, what the worker tells is shown. */
import type {GivenFile, ImagesRead, News, Order} from '../messages.js';
import {SAMPLE} from '../sample-format.js';
import {backends, defaultSettings, problemOf, type PageBackend} from '../settings.js';
import {counted, element, part} from './elements.js';
import {createForm} from './form.js';
import {onFiles} from './given-files.js';
import {drawLook, drawn} from './pictures.js';
import {createProgress} from './progress.js';
import {openSession, type Session} from './session.js';
import {isOpen, say, show, type State} from './state.js';

let session: Session | undefined;
let state: State = 'opening';
let backend: PageBackend = 'wasm';
/** What was given, to be read again where another backend begins. */
let given: readonly GivenFile[] | 'sample' | undefined;
let read: Pick<ImagesRead, 'images' | 'side'> = {images: 0, side: 0};

const form = createForm(() => {
  open();
});
const progress = createProgress();

const tell = (order: Order): void => {
  session?.tell(order);
};

const become = (next: State): void => {
  state = next;
  show(state, form);
};

/** Begins with a backend, and with what was given before. */
function open(): void {
  session?.close();
  session = openSession(hear);
  become('opening');
  say('');
  tell({kind: 'open', backend: form.backend()});
}

function readGiven(): void {
  if (given === undefined) return;
  become('reading');
  say('Reading images …');
  if (given === 'sample') tell({kind: 'sample', url: new URL(SAMPLE.file, document.baseURI).href});
  else tell({kind: 'read', files: given});
}

function ready({backend: name, threads, note}: Extract<News, {kind: 'ready'}>): void {
  backend = name;
  const where = name === 'wasm' ? 'the processor' : 'the graphics card';
  const words = `Computes with ${backends[name]} on ${where}${threads > 1 ? `, in ${threads} threads` : ''}.`;
  const about = part('backend', HTMLElement);
  about.replaceChildren(words);
  about.classList.remove('wrong');
  if (note !== undefined) {
    const why = element('details', '', element('summary', '', 'Why not faster?'), element('p', '', note));
    about.append(' ', why);
  }
  become('empty');
  readGiven();
}

function showImages({images, side, channels, classNames, leftOut, some}: ImagesRead): void {
  read = {images, side};
  part('given', HTMLElement).hidden = false;
  const kinds = classNames.length > 1 ? `, of ${classNames.length} classes` : '';
  part('count', HTMLElement).textContent = `${counted(images, 'image')}${channels === 1 ? ', grey' : ''}${kinds}`;
  part('some', HTMLElement).replaceChildren(...some.map(picture => drawn(picture, 'one of the images')));
  const details = part('left-out', HTMLDetailsElement);
  details.hidden = leftOut.length === 0;
  const were = leftOut.length === 1 ? 'was' : 'were';
  details.querySelector('summary')?.replaceChildren(`${counted(leftOut.length, 'file')} ${were} left out`);
  const lines = leftOut.map(({name, reason}) => element('li', '', element('b', '', name), `: ${reason}`));
  details.querySelector('ul')?.replaceChildren(...lines);
  const settings = defaultSettings(backend, read);
  form.propose(settings);
  const problem = problemOf(settings, images);
  become(problem === undefined ? 'set' : 'empty');
  say(problem ?? `${counted(images, 'image')} to train on: start when you like.`, problem !== undefined);
}

function train(): void {
  const settings = form.read();
  const problem = problemOf(settings, read.images);
  if (problem !== undefined) {
    say(problem, true);
    return;
  }
  become('training');
  part('learned', HTMLElement).hidden = false;
  progress.begin(settings.steps);
  say('The first step takes the longest: the backend makes ready what all steps use.');
  tell({kind: 'train', settings});
}

/** Gives the reader a file. */
function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
  const link = document.createElement('a');
  Object.assign(link, {href: url, download: name}).click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
  say(`Saved as ${name}: importEncoder of @contrastive/weights opens it, and PyTorch does.`);
}

function failed({of, message}: Extract<News, {kind: 'failed'}>): void {
  if (of === 'open') {
    const about = part('backend', HTMLElement);
    about.replaceChildren(`${message} Choose another under \u2018Runs on\u2019, or take a newer browser.`);
    about.classList.add('wrong');
    become('empty');
    return;
  }
  if (of === 'save') {
    say(message, true);
    return;
  }
  const advice = of === 'train' ? ' A smaller batch, fewer pixels or another backend may do.' : '';
  say(`${message}${advice}`, true);
  become(read.images > 0 ? 'set' : 'empty');
}

function hear(news: News): void {
  switch (news.kind) {
    case 'ready':
      ready(news);
      break;
    case 'reading':
      say(`Reading images: ${news.done} of ${news.total} …`);
      break;
    case 'images':
      showImages(news.read);
      break;
    case 'started':
      say(`An encoder of ${news.weights.toLocaleString('en-US')} numbers. The first step takes the longest.`);
      break;
    case 'step':
      progress.add(news.done);
      if (news.done.remark !== undefined) say(news.done.remark);
      break;
    case 'look':
      drawLook(
        part('pairs', HTMLElement),
        part('neighbours', HTMLElement),
        part('neighbours-note', HTMLElement),
        news.look,
      );
      if (state === 'training' && news.look.step > 0) say(`${news.look.step} steps are done.`);
      break;
    case 'paused':
      become('paused');
      say('It waits. Go on, stop, or save the encoder as it is.');
      break;
    case 'ended':
      become('ended');
      say(`Trained for ${counted(news.step, 'step')}. The encoder is yours to save.`);
      break;
    case 'saved':
      download(news.bytes, 'encoder.safetensors');
      break;
    case 'failed':
      failed(news);
  }
}

/** Takes images now, or once the backend has started. */
function take(images: readonly GivenFile[] | 'sample'): void {
  if (!isOpen(state)) return;
  given = images;
  if (state !== 'opening') readGiven();
}

onFiles(take);
part('sample', HTMLButtonElement).addEventListener('click', () => {
  take('sample');
});
part('settings', HTMLFormElement).addEventListener('submit', event => {
  event.preventDefault();
  train();
});
part('pause', HTMLButtonElement).addEventListener('click', ({currentTarget}) => {
  if (state === 'paused') {
    tell({kind: 'goOn'});
    become('training');
    say('It goes on.');
    return;
  }
  tell({kind: 'pause'});
  say('It waits after this step …');
  (currentTarget as HTMLButtonElement).disabled = true; // until it does
});
part('stop', HTMLButtonElement).addEventListener('click', () => {
  tell({kind: 'stop'});
  say('It stops after this step …');
});
part('save', HTMLButtonElement).addEventListener('click', () => {
  tell({kind: 'save'});
});
open();
