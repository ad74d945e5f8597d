import type {About, Engine, Shown} from './engine.js';
import {SMALL, sayWhyNot, startView} from './view.js';

/** Where the word is kept that the printed address has: in this tab, until it is closed. */
const KEPT = 'contrastive';

/** Takes the word from the address, so that it is in no history, link or picture of the screen. */
function takeToken(): string {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, '', location.pathname);
  }
  const token = given ?? sessionStorage.getItem(KEPT);
  if (token === null)
    throw new Error('This address lacks its last part: open the whole address that contrastive serve has printed.');
  return token;
}

/** Asks the program. */
async function ask(token: string, path: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, {
    ...options,
    ...{headers: {authorization: `Bearer ${token}`}, credentials: 'omit', cache: 'no-store', redirect: 'error'},
  }).catch((cause: unknown) => {
    throw new Error('The program does not answer. Is contrastive serve still running?', {cause});
  });
  if (response.ok) return response;
  const {reason} = (await response.json().catch(() => ({}))) as {readonly reason?: string}; // as the program answers
  throw new Error(reason ?? `The program answers ${response.status}.`);
}

async function start(): Promise<void> {
  const token = takeToken();
  const read = async <T>(path: string, options?: RequestInit): Promise<T> =>
    (await ask(token, path, options)).json() as Promise<T>; // as the program answers
  const about = await read<About>('about');
  const engine: Engine = {
    about,
    some: again => read<Shown[]>(again ? 'others' : 'some'),
    named: async image => (await read<Shown>(`image/${image}`)).name,
    near: image => read<Shown[]>(`near/${image}`, {method: 'POST'}),
    nearFile: (file, say) => {
      say('Looking at the image …');
      return read<Shown[]>('near', {method: 'POST', body: file});
    },
    picture(image) {
      const picture = new Image();
      picture.alt = '';
      void ask(token, `thumbnail/${image}`)
        .then(async response => {
          const url = URL.createObjectURL(await response.blob());
          picture.addEventListener('load', () => {
            URL.revokeObjectURL(url);
            picture.classList.toggle('small', picture.naturalWidth < SMALL);
          });
          picture.src = url;
        })
        .catch(() => {
          picture.remove(); // its frame stays
        });
      return picture;
    },
  };
  startView(engine);
}

start().catch(sayWhyNot);
