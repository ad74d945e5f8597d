import {filesIn, type PicturePackage} from './packages.js';
import {drawPictures, type About, type Named, type Picture} from './write-set.js';

/** The package of the drawings. */
export const openclipartPackage: PicturePackage = {
  kind: 'debian',
  name: 'openclipart-png',
  version: '1:0.18+dfsg-19',
  sha256: 'f07f1545a2970c2cf3fa339bc2405da1a95cf2b1827bfa05bf73eb1c20291c02',
};

const FOLDER = './usr/share/openclipart/png/';
const COPYRIGHT = './usr/share/doc/openclipart-png/copyright';

/** Folders that say nothing of what is drawn. */
const noClasses = new Set(['shapes', 'special', 'unsorted']);
/** Classes with fewer drawings are left out. */
const LEAST = 40;
/** Drawings of which more than this part of the pixels has about one colour are almost blank: 28 of 4,955 are. */
const BLANK = 0.99;

/** Whether next to nothing is drawn, in fewer than 41 of 4,096 pixels: such drawings are left out. */
export const almostBlank = ({plain}: Pick<Picture, 'plain'>): boolean => plain > BLANK;

/** Words that names begin with whatever is drawn. */
const articles = new Set(['a', 'an', 'the', 'la', 'le', 'il', 'de']);

/**
 * What a drawing is a variant of, by its name: `coffee_bw_ganson.png` and `coffee_01.png` are the same coffee. The
 * first word tells, whatever its number; where that has one or two letters, the next one too.
 */
export function variantsOf(className: string, path: string): string {
  const name = path
    .slice(path.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/\.png$/, '');
  const words = name.split(/[^a-z]+/).filter(word => word !== '' && !articles.has(word));
  const first = words.findIndex(word => word.length > 2);
  const key = first < 0 ? words.join(' ') : words.slice(0, first + 1).join(' ');
  return `${className} ${key || name}`;
}

/** What a file of the package is; undefined where it has no class. */
export function listed(path: string): Named | undefined {
  if (!path.startsWith(FOLDER) || !path.endsWith('.png')) return undefined;
  const [className, ...below] = path.slice(FOLDER.length).split('/');
  if (below.length === 0 || noClasses.has(className)) return undefined;
  const name = below.join('-').replace(/\.png$/, '');
  return {className, name, variantsOf: variantsOf(className, path)};
}

/** The drawings of the package, which was fetched to `file`; almost blank ones and classes with few are left out. */
export async function readOpenclipart(
  file: string,
): Promise<{readonly pictures: readonly Picture[]; readonly about: About}> {
  let copyright: Buffer = Buffer.alloc(0);
  const wanted = (path: string) => path === COPYRIGHT || listed(path) !== undefined;
  const drawings = async function* (): AsyncGenerator<readonly [Named, Buffer], void, undefined> {
    for await (const {path, bytes} of filesIn(openclipartPackage, file, wanted)) {
      const named = listed(path);
      if (named) yield [named, bytes];
      else copyright = bytes;
    }
  };
  const drawn = (await drawPictures(drawings())).filter(one => !almostBlank(one));
  const counts = new Map<string, number>();
  for (const {className} of drawn) counts.set(className, (counts.get(className) ?? 0) + 1);
  return {
    pictures: drawn.filter(({className}) => (counts.get(className) ?? 0) >= LEAST),
    about: {
      from: [`Debian ${openclipartPackage.name} ${openclipartPackage.version}`],
      licence: 'Open Clip Art Library: public domain',
      texts: {'LICENCES.txt': copyright},
    },
  };
}
