import type {Source} from '@contrastive/data';
import type {Data} from '../../data/open-data.js';
import {thumbnails} from '../../data/thumbnails.js';
import {csvLine} from '../../escape/csv.js';
import {html} from '../../escape/html.js';
import {bytes, count, counted} from '../../output/words.js';
import {cards, page} from '../../plain-page/page.js';
import {pictured, shownName, urlOf} from '../../plain-page/links.js';

/** An image of a group. */
interface Member {
  /** In the source. */
  readonly index: number;
  readonly name: string;
  /** Of its file, where it is one. */
  readonly bytes?: number;
  /** Whether it is the one to keep, as far as can be told: the largest file, else the first. */
  readonly best: boolean;
  /** To the best one: cosine of features, and how much pixels agree. */
  readonly similarity: number;
  readonly likeness: number;
}

/** Images that are near-duplicates of each other. */
export type Group = readonly Member[];

/** What counts as a near-duplicate: a label and what is said of it. */
export type Decided = readonly (readonly [string, string])[];

/** Groups that a page shows; more would make it too large to open. */
const SHOWN = 500;

/** The same text, in which no line breaks between a number and its unit. */
const unbroken = (text: string): string => text.replace(/(?<=\d) (?=%|[kMGT]?B\b)/g, '\u00a0');

/** A line for each image, for whoever acts on it. */
export const csvOf = (groups: readonly Group[]): string =>
  [
    csvLine(['group', 'path', 'suggestion', 'similarity', 'pixels', 'bytes']),
    ...groups.flatMap((group, i) =>
      group.map(({name, best, similarity, likeness, bytes: size}) =>
        csvLine([
          i + 1,
          name,
          best ? 'keep' : 'duplicate',
          Number(similarity.toFixed(5)),
          Number(likeness.toFixed(4)),
          size,
        ]),
      ),
    ),
  ].join('');

/** A page of all groups among so many images that could be read. */
export async function drawGroups(
  groups: readonly Group[],
  data: Data<Source>,
  images: number,
  decided: Decided,
): Promise<string> {
  const {source, files} = data;
  const shown = groups.slice(0, SHOWN);
  const pictures = await thumbnails(
    source,
    shown.flatMap(group => group.map(({index}) => index)),
  );
  const sections = shown.map((group, i) => {
    const all = group.map(({index, name, best, similarity, bytes: size}) => {
      const about = [
        best ? 'suggested to keep' : `similarity ${similarity.toFixed(3)}`,
        ...(size === undefined ? [] : [bytes(size)]),
      ];
      const called = shownName(name, data);
      const links = {...pictured(pictures, index), ...urlOf(name, files)};
      return {name: called, about: unbroken(about.join(', ')), marked: best, ...links};
    });
    return html`<section>
      <h2>Group ${i + 1}: ${counted(group.length, 'image')}</h2>
      ${cards(all)}
    </section>`;
  });
  const rest = groups.length - shown.length;
  return page(
    'Near-duplicates',
    html`<h1>Near-duplicates</h1>
      <p>${counted(groups.length, 'group')} among ${counted(images, 'image')}. Nothing was deleted.</p>
      <p>What counts, found on these images:</p>
      <dl>
        ${decided.map(
          ([label, text]) =>
            html`<dt>${label}</dt>
              <dd>${unbroken(text)}</dd>`,
        )}
      </dl>
      ${groups.length === 0 ? html`<p>No two images are near-duplicates.</p>` : sections}
      ${rest > 0 ? html`<p class="dim">${count(rest)} more groups are in duplicates.csv.</p>` : undefined}`,
  );
}
