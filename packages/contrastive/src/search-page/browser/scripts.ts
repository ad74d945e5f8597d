/** What scripts of a site call with their value, and the page waits for. */
type Give = (name: string, value: unknown) => void;

const given = new Map<string, unknown>();

(globalThis as {contrastiveSite?: Give}).contrastiveSite = (name, value) => {
  given.set(name, value);
};

const asked = new Map<string, Promise<unknown>>();

/** Loads a script beside the page: pages that lie on a disk may load scripts, and nothing else. */
const load = async (name: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${name}.js`;
    script.addEventListener('load', () => {
      const value = given.get(name);
      given.delete(name); // it may be large
      script.remove();
      resolve(value);
    });
    script.addEventListener('error', () => {
      asked.delete(name); // it may come the next time
      reject(new Error(`${name}.js does not load. Is the folder of this page whole?`));
    });
    document.head.append(script);
  });

/** The value of a script beside the page, each loaded once; as it was written. */
export async function valueOf<T>(name: string): Promise<T> {
  const found = asked.get(name) ?? load(name);
  asked.set(name, found);
  return found as Promise<T>;
}

/** The bytes of files `name-0.js`, `name-1.js`, …; they are not kept. */
export async function bytesOf(name: string, parts: number): Promise<Uint8Array<ArrayBuffer>> {
  const texts: string[] = [];
  for (let part = 0; part < parts; part++) texts.push(atob((await load(`${name}-${part}`)) as string)); // as written
  const bytes = new Uint8Array(texts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const text of texts) for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  return bytes;
}
