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

  const showQuery = (name: string, picture: Element): void => {
    const again = element('button', 'plain', 'Start over');
    again.setAttribute('type', 'button');
    again.addEventListener('click', () => {
      go(null);
    });
    const words = element('div', '', element('p', '', 'Images like'), element('strong', '', name), again);
    query.replaceChildren(element('span', 'picture', picture), words);
    query.hidden = false;
  };

  const showHits = (words: string, hits: readonly Shown[], asked: Asked): void => {
    heading.textContent = words;
    drawHits(list, engine, hits, image => {
      go({image});
    });
    more.hidden = asked !== null;
    document.body.classList.toggle('answered', asked !== null);
  };

  /** Answers what is asked; an answer that comes after a later question is dropped. */
  const answer = async (asked: Asked, moveFocus: boolean): Promise<void> => {
    const own = ++turn;
    const file = asked !== null && 'file' in asked ? files.at(asked.file) : undefined;
    if (asked !== null && 'file' in asked && !file) {
      await answer(null, moveFocus); // the page was loaded again
      return;
    }
    results.setAttribute('aria-busy', 'true');
    const began = performance.now();
    try {
      if (asked === null) {
        const some = await engine.some(false);
        if (own !== turn) return;
        query.hidden = true;
        say('');
        showHits('Or begin with one of these', some, asked);
      } else {
        say('Searching …');
        const [name, hits] = await Promise.all(
          'image' in asked
            ? [engine.named(asked.image), engine.near(asked.image)]
            : [
                file?.name || 'your image',
                engine.nearFile(file ?? new Blob(), text => {
                  if (own === turn) say(text);
                }),
              ],
        );
        if (own !== turn) return;
        showQuery(name, 'image' in asked ? engine.picture(asked.image) : pictureOf(file ?? new Blob()));
        showHits('The nearest', hits, asked);
        const seconds = ((performance.now() - began) / 1000).toFixed(2);
        say(`The nearest ${hits.length} of ${counted(images)}, found in ${seconds} s.`);
      }
      if (moveFocus) {
        heading.focus({preventScroll: true});
        results.scrollIntoView({block: 'nearest'});
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
  part('#about').textContent = `${counted(images)}, compared by what ${encoder} has learned to see.`;
  onFile(file => {
    if (file.size > mostBytes) {
      say(`${file.name} is larger than ${Math.round(mostBytes / 1e6)} MB, the most that is taken.`, true);
      return;
    }
    files.push(file);
    go({file: files.length - 1});
  });
  more.addEventListener('click', () => {
    void engine.some(true).then(
      some => {
        showHits('Or begin with one of these', some, null);
      },
      (error: unknown) => {
        say(reasonOf(error), true);
      },
    );
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
