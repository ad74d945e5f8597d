import {element, part} from './elements.js';
import type {Engine, Shown} from './engine.js';
import {onFile} from './given-files.js';
import {drawHits} from './hits.js';

/** What is looked for: an image of the set, one of the reader's, or nothing yet. */
type Asked = {readonly image: number} | {readonly file: number} | null;

/** Pictures of fewer pixels each way are drawn with sharp pixels, so that they do not blur. */
export const SMALL = 64;

const counted = (count: number): string => `${count.toLocaleString('en-US')} ${count === 1 ? 'image' : 'images'}`;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The image that the address names, as `#image=12`. */
function askedByAddress(images: number): Asked {
  const image = Number(/^#image=(\d{1,9})$/.exec(location.hash)?.[1] ?? NaN);
  return image < images ? {image} : null;
}

/** The picture of a file of the reader's, as the browser shows it. */
function pictureOf(file: Blob): HTMLImageElement {
  const picture = new Image();
  picture.alt = '';
  const url = URL.createObjectURL(file);
  const done = (): void => {
    URL.revokeObjectURL(url);
  };
  picture.addEventListener('load', done);
  picture.addEventListener('error', () => {
    done();
    picture.remove();
  });
  picture.src = url;
  return picture;
}

/** What was found. */
interface Answer {
  readonly name: string;
  readonly picture: Element;
  readonly hits: readonly Shown[];
}

/** Brings the page to life: what is dropped, pasted, chosen or clicked is searched for; going back goes back. */
export function startView(engine: Engine): void {
  const {title, images, encoder, mostBytes} = engine.about;
  const [status, results, list] = [part('#status'), part('#results'), part('#hits')];
  const [query, heading, more] = [part('.query'), part('#heading'), part('#more')];
  const files: File[] = [];
  let turn = 0;

  const say = (text: string, wrong = false): void => {
    status.textContent = text;
    status.classList.toggle('wrong', wrong);
  };

  const showHits = (words: string, hits: readonly Shown[], searched: boolean): void => {
    heading.textContent = words;
    drawHits(list, engine, hits, image => {
      go({image});
    });
    query.hidden = !searched;
    more.hidden = searched;
    document.body.classList.toggle('answered', searched);
  };

  const showSome = async (own: number, again: boolean): Promise<void> => {
    const some = await engine.some(again);
    if (own !== turn) return;
    say('');
    showHits('Or begin with one of these', some, false);
  };

  const findImage = async (image: number): Promise<Answer> => {
    const [name, hits] = await Promise.all([engine.named(image), engine.near(image)]);
    return {name, hits, picture: engine.picture(image)};
  };

  const findFile = async (own: number, file: File): Promise<Answer> => {
    const hits = await engine.nearFile(file, text => {
      if (own === turn) say(text);
    });
    return {name: file.name === '' ? 'your image' : file.name, hits, picture: pictureOf(file)};
  };

  const showAnswer = (began: number, {name, picture, hits}: Answer): void => {
    const again = element('button', 'plain', 'Start over');
    again.setAttribute('type', 'button');
    again.addEventListener('click', () => {
      go(null);
    });
    const words = element('div', '', element('p', '', 'Images like'), element('strong', '', name), again);
    query.replaceChildren(element('span', 'picture', picture), words);
    showHits('The nearest', hits, true);
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    say(`The nearest ${hits.length} of ${counted(images)}, found in ${seconds} s.`);
  };

  /** Answers a question; an answer that comes after a later question is dropped. */
  const answer = async (asked: Asked, moveFocus: boolean): Promise<void> => {
    const own = ++turn;
    const file = asked !== null && 'file' in asked ? files.at(asked.file) : undefined;
    results.setAttribute('aria-busy', 'true');
    try {
      if (asked !== null && ('image' in asked || file)) {
        say('Searching …');
        const began = performance.now();
        const found = await ('image' in asked ? findImage(asked.image) : findFile(own, files[asked.file]));
        if (own === turn) showAnswer(began, found);
      } else await showSome(own, false); // files are gone when a page is loaded again
      if (moveFocus && own === turn) {
        heading.focus({preventScroll: true});
        part('.drop').scrollIntoView({block: 'start'});
      }
    } catch (error) {
      if (own === turn) say(reasonOf(error), true);
    } finally {
      if (own === turn) results.setAttribute('aria-busy', 'false');
    }
  };

  /** Asks for something new, as a step of the browser's history. */
  const go = (asked: Asked): void => {
    const hash = asked !== null && 'image' in asked ? `#image=${asked.image}` : '';
    history.pushState(asked, '', location.pathname + location.search + hash);
    void answer(asked, true);
  };

  document.title = `${title} · Search by image`;
  part('#title').textContent = title;
  part('#about').textContent = `${counted(images)}, as the encoder \u2018${encoder}\u2019 sees them.`;
  onFile(file => {
    if (file.size > mostBytes) {
      say(`${file.name} is larger than ${Math.round(mostBytes / 1e6)} MB, the most that is taken.`, true);
      return;
    }
    files.push(file);
    go({file: files.length - 1});
  });
  more.addEventListener('click', () => {
    showSome(turn, true).catch((error: unknown) => {
      say(reasonOf(error), true);
    });
  });
  addEventListener('popstate', ({state}) => {
    void answer((state as Asked | undefined) ?? askedByAddress(images), false); // as `go` put it there
  });
  void answer(askedByAddress(images), false);
}

/** Says why the page cannot work. */
export function sayWhyNot(error: unknown): void {
  part('#title').textContent = 'Search by image';
  const status = part('#status');
  status.textContent = reasonOf(error);
  status.classList.add('wrong');
  part('#results').hidden = true;
  part('.drop').hidden = true;
}
