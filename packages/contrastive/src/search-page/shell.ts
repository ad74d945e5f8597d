import {createHash} from 'node:crypto';
import {html, trusted, type Html} from '../escape/html.js';
import {bundleText} from './bundles.js';

/** The sum by which a policy allows something that is in the page itself. */
const sumOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What a page is allowed, by directive. */
type Policy = Readonly<Record<string, string>>;

const textOf = (policy: Policy): string =>
  Object.entries(policy)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');

/** What both pages are allowed: their own style sheet, and to send forms nowhere. */
const policyOf = (style: string): Policy => ({
  'default-src': "'none'",
  'style-src': sumOf(style),
  'base-uri': "'none'",
  'form-action': "'none'",
});

/** What both pages are: nothing of the images is in it. */
const draw = (title: string, style: string, head: Html | undefined, scripts: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        ${head}
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#results">Skip to the images</a>
        <header>
          <p class="kicker">Search by image</p>
          <h1 id="title">${title}</h1>
          <p class="note" id="about"></p>
        </header>
        <main>
          <input class="unseen" type="file" id="file" accept="image/*" />
          <label class="drop" for="file">
            <strong>Drop an image here</strong>
            <span>or paste one, or <u>choose a file</u></span>
          </label>
          <p id="status" role="status" aria-live="polite"><noscript>This page searches by a script.</noscript></p>
          <section id="results" aria-labelledby="heading" tabindex="-1">
            <div class="query" hidden></div>
            <h2 id="heading" tabindex="-1"></h2>
            <ol class="hits" id="hits"></ol>
            <button type="button" id="more" hidden>Show others</button>
          </section>
        </main>
        <footer><p>Made by Contrastive.</p></footer>
        ${scripts}
      </body>
    </html> `.markup;

/** The page that is served: it asks its own server alone, and runs its own script alone. */
export function servedPage(): {readonly content: string; readonly policy: string} {
  const [style, script] = [bundleText('style.css'), bundleText('served.js')];
  const policy = {
    ...policyOf(style),
    'script-src': sumOf(script),
    'img-src': 'blob: data:',
    'connect-src': "'self'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  };
  const content = draw('Search by image', style, undefined, trusted(`<script>${script}</script>`));
  return {content, policy: textOf(policy)};
}

/** How a site's page says that this command wrote it. */
export const GENERATOR = '<meta name="generator" content="contrastive search" />';

/** The page of a site: it loads what lies beside it, from a server or from disk, and asks nobody else. */
export function sitePage(title: string): string {
  const style = bundleText('style.css');
  const policy = {
    ...policyOf(style),
    'script-src': "'self' file: 'wasm-unsafe-eval'",
    'img-src': "'self' file: blob: data:",
    'connect-src': 'blob:',
  };
  const head = html`<meta http-equiv="Content-Security-Policy" content="${textOf(policy)}" /> ${trusted(GENERATOR)}`;
  return draw(title, style, head, trusted('<script src="site.js" defer></script>'));
}
