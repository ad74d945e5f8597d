import {html} from '../../escape/html.js';
import type {ReportData} from '../data.js';
import {missing, section, type Section} from './section.js';

/** Images with two views, as training makes them. */
export function drawPairs({runs}: ReportData): Section {
  const shown = runs.flatMap(({name, images}) => (images?.pairs ? [{name, pairs: images.pairs}] : []));
  return section(
    'pairs',
    'Views',
    'Two views of an image',
    'The image, and two random views of it as training makes them: the encoder learns to put these close together, ' +
      'and other images far away.',
    shown.length === 0 ? missing('How the training made its views was not given.') : undefined,
    shown.map(
      ({name, pairs}) =>
        html`${runs.length > 1 ? html`<h3>${name}</h3>` : undefined}
          <div class="pairs">
            ${pairs.map(
              pair =>
                html`<figure class="pair">
                  <img src="${pair.original}" alt="${pair.name}" /><img src="${pair.first}" alt="View one" /><img
                    src="${pair.second}"
                    alt="View two"
                  />
                </figure> `,
            )}
          </div> `,
    ),
  );
}
