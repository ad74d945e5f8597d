import {filesIn, type PicturePackage} from './packages.js';
import {drawPictures, type About, type Named, type Picture} from './write-set.js';

/** The vendors, with the packages of their emoji. */
export const emojiPackages: Readonly<Record<'google' | 'twitter', PicturePackage>> = {
  google: {
    kind: 'npm',
    name: 'emoji-datasource-google',
    version: '16.0.0',
    sha256: 'fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438',
  },
  twitter: {
    kind: 'npm',
    name: 'emoji-datasource-twitter',
    version: '16.0.0',
    sha256: 'f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877',
  },
};

/** What `emoji.json` says of an emoji, or of one in another skin tone. */
interface EmojiEntry {
  readonly unified: string;
  readonly image: string;
  readonly category: string;
  readonly has_img_google: boolean;
  readonly has_img_twitter: boolean;
  readonly skin_variations?: Readonly<Record<string, Omit<EmojiEntry, 'category' | 'skin_variations'>>>;
}

/** Skin tones, and the marks of sex, direction and presentation: what makes another variant of the same emoji. */
const marks = /^(?:1F3F[B-F]|2640|2642|27A1|FE0F|200D)$/;
/** Persons of any age and sex, couples and families, and the hearts, kisses and hands between them. */
const people = /^(?:1F46[6-9A-D]|1F9D[12]|1F48[BF]|1F491|2764|1F91D)$/;

/**
 * What an emoji is a variant of, by its code points: without skin tones, sex and direction; of people that carry
 * something, what they carry, of others the people.
 */
export function variantsOf(unified: string): string {
  const points = unified
    .toUpperCase()
    .split('-')
    .filter(point => !marks.test(point));
  if (!people.test(points[0])) return points.join('-');
  const others = points.filter(point => !people.test(point));
  return others.length > 0 ? `people-${others.join('-')}` : 'people';
}

/** The class of a category, as the name of a folder. */
export const folderOf = (category: string): string => category.toLowerCase().replace(/[^a-z]+/g, '-');

/** The pictures that `emoji.json` of a vendor's package lists, by their names there; without bare skin tones. */
export function listEmoji(json: string, vendor: 'google' | 'twitter'): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const {category, skin_variations = {}, ...entry} of JSON.parse(json) as readonly EmojiEntry[]) {
    if (category === 'Component') continue;
    for (const one of [entry, ...Object.values(skin_variations)]) {
      if (!one[`has_img_${vendor}`]) continue;
      const name = `${vendor}-${one.unified.toLowerCase()}`;
      found.set(one.image, {className: folderOf(category), name, variantsOf: variantsOf(entry.unified), vendor});
    }
  }
  return found;
}

/** The emoji of a vendor's package, which was fetched to `file`, and the package's own licence. */
export async function readEmoji(
  vendor: 'google' | 'twitter',
  file: string,
): Promise<{readonly pictures: readonly Picture[]; readonly licence: Buffer}> {
  const images = new Map<string, Buffer>();
  const texts = new Map<string, Buffer>();
  const folder = `package/img/${vendor}/64/`;
  const wanted = (path: string) => path.startsWith(folder) || /^package\/(?:emoji\.json|LICENSE)$/.test(path);
  for await (const {path, bytes} of filesIn(emojiPackages[vendor], file, wanted)) {
    if (path.startsWith(folder)) images.set(path.slice(folder.length), bytes);
    else texts.set(path.slice('package/'.length), bytes);
  }
  const listed = Array.from(listEmoji(String(texts.get('emoji.json')), vendor)).flatMap(([image, named]) => {
    const bytes = images.get(image);
    return bytes ? [[named, bytes] as const] : [];
  });
  return {pictures: await drawPictures(listed), licence: texts.get('LICENSE') ?? Buffer.alloc(0)};
}

const licence = `google-*.png: Noto Emoji, by Google, Apache License 2.0
https://github.com/googlefonts/noto-emoji

twitter-*.png: Twemoji, Copyright Twitter, Inc and other contributors, CC BY 4.0
https://creativecommons.org/licenses/by/4.0/
https://github.com/jdecked/twemoji

Both were drawn onto white. They come from the packages emoji-datasource-google and emoji-datasource-twitter by Cal
Henderson, whose own licence is in LICENSE-emoji-datasource.txt.
`;

/** What is said of the emoji, beside them and to who prepares them. */
export const aboutEmoji = (own: Buffer): About => ({
  from: Object.values(emojiPackages).map(({name, version}) => `npm ${name} ${version}`),
  licence: 'Noto Emoji by Google: Apache License 2.0; Twemoji by Twitter and contributors: CC BY 4.0',
  texts: {'LICENCES.txt': licence, 'LICENSE-emoji-datasource.txt': own},
});
