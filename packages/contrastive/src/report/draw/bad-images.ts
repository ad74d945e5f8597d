import {html} from '../../escape/html.js';
import type {ReportData} from '../data.js';
import {capital, count, counted} from './format.js';
import {framed, section, type Section} from './section.js';

/** Images that could not be used. */
export function drawBadImages({runs}: ReportData): Section {
  const seen = runs.flatMap(({name, images}) => (images ? [{name, images}] : []));
  const same = new Set(seen.map(({images}) => JSON.stringify([images.map.gallery, images.badCount]))).size === 1;
  const shown = same ? seen.slice(0, 1) : seen;
  const note =
    seen.length === 0
      ? 'No images were given, so none was tried.'
      : `${capital(
          shown
            .map(({name, images: {badCount, tried}}) => {
              const of = shown.length > 1 ? `${name}: ` : '';
              const whole = `of the ${counted(tried, 'image')} that ${tried === 1 ? 'was' : 'were'} tried`;
              return badCount === 0
                ? `${of}all ${whole} can be used`
                : `${of}${count(badCount)} could not be used, ${whole}`;
            })
            .join('; '),
        )}.`;
  return section(
    'bad-images',
    'Bad images',
    'Images that cannot be read',
    note,
    shown
      .filter(({images}) => images.bad.length > 0)
      .map(({images: {bad, badCount}}) => {
        const rows = bad.map(
          ({path, reason}) =>
            html`<tr>
              <th scope="row"><code>${path}</code></th>
              <td>${reason}</td>
            </tr> `,
        );
        return framed(
          'Images that cannot be read',
          html`<table>
            <thead>
              <tr>
                <th scope="col">image</th>
                <th scope="col">reason</th>
              </tr>
            </thead>
            <tbody>
              ${rows}${
                badCount > bad.length
                  ? html`<tr>
                      <td colspan="2">and ${count(badCount - bad.length)} more</td>
                    </tr>`
                  : undefined
              }
            </tbody>
          </table>`,
        );
      }),
  );
}
