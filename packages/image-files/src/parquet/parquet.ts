import type {EncodedImage, Source} from '@contrastive/data';
import {checkOptions, checkValue, either, kind, list, number, text, type Rules} from '@contrastive/internal';
import {encodedRules, encodedSource, type EncodedOptions} from '../encoded/encoded-source.js';
import {listFiles} from './list-files.js';
import {openImages} from './open-images.js';

/** Options of `parquet`. */
export interface ParquetOptions extends EncodedOptions {
  /** The column of the images: structs of `bytes` and `path`, as Hugging Face's `datasets` writes them, or binary. */
  readonly column?: string;
  /** The column of the labels, integers; false leaves them out. By default `label`, where the files have it. */
  readonly labelColumn?: string | false;
  /** Of a directory only the files of this split: `train` for `train-00000-of-00042.parquet` and so on. */
  readonly split?: string;
  /** How many bytes of encoded images to keep. */
  readonly memory?: number;
}

const rules: Rules<ParquetOptions> = {
  ...encodedRules,
  column: text,
  labelColumn: either(
    text,
    kind('false', value => value === false),
  ),
  split: text,
  memory: number({least: 0}),
};

const filesRule = either(text, list(text, 'a list of paths'));

/** What is wrong with a row of `datasets` whose image was left where it was. */
const ONLY_PATH = 'the row has only the path of an image; write the file anew with the images in it';

/**
 * Opens encoded images in parquet files, one file after the other as one source. Of a directory all `*.parquet` in it
 * are meant, sorted by name.
 *
 * Footers and labels are read now, images when they are asked for: a row group at a time, the smallest part of a file
 * that can be read. `memory` bytes of row groups are kept (or one that is larger); those that were not asked for
 * longest are forgotten first. Shuffling over more images than fit reads row groups again and again, up to one for
 * every image; shards (`webDataset`) are made for that.
 *
 * Labels that are null or negative count as none; a source where no image has a label has no labels. The names of the
 * classes are those that `datasets` wrote into the files. Rows without an image, or with nothing but its path, are bad
 * images.
 *
 * @throws TypeError when the files are not paths or an option is unknown; RangeError for options out of range and
 * columns of another kind; Error when files are missing, empty, truncated or damaged, when some images have labels and
 * others do not, or when files name other classes. The source rejects with an Error when a row group is damaged.
 * @example
 * const train = await parquet('imagenet-1k/data', {split: 'train'});
 * const test = await parquet('cifar10/plain_text/test-00000-of-00001.parquet', {column: 'img'});
 */
export async function parquet(files: string | readonly string[], options: ParquetOptions = {}): Promise<Source> {
  checkValue('parquet', 'files', files, filesRule);
  checkOptions('parquet', options, rules);
  const {column = 'image', labelColumn, split, memory = 2 ** 30} = options;
  const images = await openImages(await listFiles(files, split), {column, labelColumn, memory});
  const locate = async (index: number): Promise<EncodedImage> => {
    const image = await images.locate(index);
    const missing = image.path === images.nameOf(index) ? 'the row has no image' : ONLY_PATH;
    return image.bytes?.length === 0 ? {...image, missing} : image;
  };
  return encodedSource({where: 'parquet', ...images, locate}, options);
}
