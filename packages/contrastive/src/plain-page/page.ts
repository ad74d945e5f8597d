import {createHash} from 'node:crypto';
import {html, trusted, type Html} from '../escape/html.js';

/** Light and dark, on a phone and on paper. */
const STYLE = `
:root { color-scheme: light dark; --text: #1c1e21; --dim: #62676e; --back: #fff; --card: #f4f5f7; --accent: #0b66c3; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8eaed; --dim: #9aa0a8; --back: #15171a; --card: #20242a; --accent: #76b5ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 5rem; max-width: 72rem; background: var(--back); color: var(--text);
  font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; letter-spacing: -0.01em; margin: 0 0 0.5rem; }
h2 { font-size: 1.05rem; margin: 2.75rem 0 0.75rem; overflow-wrap: anywhere; }
p { margin: 0.4rem 0; max-width: 46rem; }
.dim { color: var(--dim); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1.25rem; margin: 0.6rem 0; max-width: 46rem; }
dt { color: var(--dim); }
dd { margin: 0; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.9rem;
  grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
li { background: var(--card); border-radius: 0.6rem; padding: 0.55rem; font-size: 0.8rem; min-width: 0;
  break-inside: avoid; }
li.mark { outline: 2px solid var(--accent); }
img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 0.35rem;
  background: var(--back); }
.name { display: block; margin-top: 0.45rem; overflow-wrap: anywhere; line-height: 1.35; }
a { color: inherit; text-decoration-color: var(--dim); text-underline-offset: 0.15em; }
a:hover, a:focus-visible { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print { body { max-width: none; padding: 0; } li { border: 1px solid #ccc; } }
`;

/** Nothing is between the tags but what the policy has the sum of. */
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`);

const sum = createHash('sha256').update(STYLE).digest('base64');

/** The page loads nothing and runs nothing. */
const POLICY = trusted(
  `default-src 'none'; img-src data:; style-src 'sha256-${sum}'; base-uri 'none'; form-action 'none'`,
);

/** An image on a page. */
export interface Card {
  /** A URL that carries the picture; none for an image that cannot be read any more. */
  readonly picture?: string;
  readonly name: string;
  /** Where a click leads. */
  readonly url?: string;
  /** What is said of it. */
  readonly about: string;
  /** Whether it stands out. */
  readonly marked?: boolean;
}

/** Images beside each other. */
export const cards = (all: readonly Card[]): Html =>
  html`<ul>
    ${all.map(
      ({picture, name, url, about, marked}) =>
        html`<li class="${marked ? 'mark' : ''}">
          ${picture === undefined ? undefined : html`<img src="${picture}" alt="" loading="lazy" />`}
          <span class="name">${url === undefined ? name : html`<a href="${url}">${name}</a>`}</span>
          <span class="dim">${about}</span>
        </li>`,
    )}
  </ul>`;

/** A whole page that opens from disk: it loads nothing, runs nothing, and prints. */
export const page = (title: string, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `.markup;
