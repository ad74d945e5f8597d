/**
 * The code in the documents, as programs that the tests run from the sources, and the check where the packages are
 * installed: the TypeScript and JavaScript of a document is one program, in which a block sees what those before it
 * made. The programs are made small here, by replacing words that must be there; what a document takes for granted
 * stands before them.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** 16 colours of 40 × 36 pixels are in the folder `photos` when a program runs, and one of them is `one.jpg`. */
const SMALL_PHOTOS = [
  ['resnet18({', 'resnet18({width: 4, '],
  ['batchSize: 64', 'batchSize: 8'],
];
const FEW = `
import {subset, type Source} from 'contrastive';
const few = (source: Source) => subset(source, Array.from({length: 400}, (_, i) => i));`;
const FEW_IMAGES = [
  ['await fashionMnist()', 'few(await fashionMnist())'],
  ["await fashionMnist({split: 'test'})", "few(await fashionMnist({split: 'test'}))"],
  ['[1, 1, 1, 1], width: 16', '[1], width: 4'],
  ['[100, 1000]', '[20, 100]'],
];
/** What the guides of training go on from. */
const TRAINING = `
import {cosine, fromArrays, resnet, sgd, simclr, simclrAugment, simclrHead, train, twoViews} from 'contrastive';
const bytes = Uint8Array.from({length: 32 * 28 * 28}, (_, i) => (i * 7919 + (i % 251) * 31) % 256);
const images = fromArrays({images: bytes, height: 28, width: 28, channels: 1});
const augment = simclrAugment({size: 28});
const encoder = resnet({depths: [1], width: 4, stem: 'cifar', inputShape: [28, 28, 1], seed: 1});
const method = simclr({encoder, head: simclrHead(encoder)});
const optimizer = sgd(method.parameters, {momentum: 0.9});
const learningRate = cosine({base: 0.01, steps: 20_000});`;

/**
 * Every document with code: `before` is what it takes for granted, `replace` what makes it small, `without` words of
 * blocks that something else runs.
 */
export const GUIDES = [
  {path: 'README.md', replace: [...SMALL_PHOTOS, ['epochs: 100', 'epochs: 1']]},
  {
    path: 'docs/getting-started.md',
    before: FEW,
    replace: [
      ...FEW_IMAGES,
      ['batchSize: 256', 'batchSize: 64'],
      ['epochs: 2', 'steps: 2'],
      ['warmupSteps: 8', 'warmupSteps: 1'],
    ],
  },
  {
    path: 'docs/your-images.md',
    replace: [...SMALL_PHOTOS, ['Math.max(64', 'Math.max(8'], ['steps: 10_000', 'steps: 2']],
  },
  {
    path: 'docs/how-good.md',
    before: `${FEW}
import {exportEncoder, resnet} from 'contrastive';
const saved = resnet({depths: [1], width: 4, stem: 'cifar', inputShape: [28, 28, 1], seed: 2});
await exportEncoder(saved, 'encoder', {overwrite: true});`,
    replace: [
      ...FEW_IMAGES,
      ['labelCounts: [1000]', 'labelCounts: [100]'],
      ['range(0, 8000)', 'range(0, 300)'],
      ['range(8000, 10_000)', 'range(300, 400)'],
      ['batchSize: 256', 'batchSize: 64'],
      ['steps: 500', 'steps: 2'],
      ['metricsEvery: 50', 'metricsEvery: 1'],
      ['recipe: mocoLinear', 'recipe: {...mocoLinear, epochs: 2}'],
      ['recipe: shortFineTune', 'recipe: {...shortFineTune, steps: 2, learningRates: [0.01], weightDecays: [0]}'],
    ],
  },
  {
    path: 'docs/training.md',
    before: TRAINING,
    replace: [
      ['batchSize: 256', 'batchSize: 16'],
      ['batchSize: 1024', 'batchSize: 16'],
      ['steps: 20_000', 'steps: 4'],
      ['saveEvery: 500', 'saveEvery: 2'],
      ['metricsEvery: 20', 'metricsEvery: 2'],
      ['readEvery: 10', 'readEvery: 2'],
      ['flushEvery: 500', 'flushEvery: 2'],
      ['% 500', '% 2'],
      ['step-00000500', 'step-00000004'],
      ['epochs: 100', 'epochs: 1'],
      ['microBatch: 64', 'microBatch: 8'],
    ],
  },
  {
    path: 'docs/small-gpu-or-none.md',
    before: `${TRAINING}\nimport {mocoV2, mocoV2Head, useBackend} from 'contrastive';`,
    replace: [
      ['batchSize: 1024', 'batchSize: 16'],
      ['steps: 10_000', 'steps: 1'],
      ['microBatch: 64', 'microBatch: 8'],
      ['[1, 1, 1, 1], width: 16', '[1], width: 4'],
      ['queueSize: 4096', 'queueSize: 16'],
    ],
  },
  {
    path: 'docs/distributed.md',
    before: TRAINING,
    replace: [
      ['batchSize: 256', 'batchSize: 16'],
      ['steps: 20_000', 'steps: 2'],
    ],
  },
  {path: 'docs/your-own.md', replace: [['steps: 20', 'steps: 2']]},
  {
    path: 'docs/encoders.md',
    // The tests of weights read checkpoints of PyTorch; here it is a folder of safetensors, as torchvision names it.
    before: `
import {fromArrays, resnet} from 'contrastive';
import {exportEncoder} from '@contrastive/weights/node';
const images = fromArrays({images: new Uint8Array(3 * 32 * 32 * 3).fill(99), height: 32, width: 32, channels: 3});
await exportEncoder(resnet({depths: [1, 1, 1, 1], width: 4}), 'published', {format: 'safetensors'});`,
    replace: [
      ["'moco_v2_800ep_pretrain.pth.tar'", "'published'"],
      ["'resnet18.safetensors'", "'published'"],
    ],
    without: ['@huggingface/transformers'], // testing/test/transformers-js.slow.ts
  },
  // What it defines is not called here: testing/test/browser-guide.test.ts has the first block train in a page.
  {path: 'docs/browser.md'},
  {path: 'packages/augment/README.md'},
  {path: 'packages/backend/README.md'},
  {path: 'packages/contrastive/README.md'},
  {path: 'packages/data/README.md'},
  {path: 'packages/distributed/README.md'},
  {path: 'packages/fashion-mnist/README.md'},
  {
    path: 'packages/image-files/README.md',
    replace: [
      ['size: 224', 'size: 32'],
      ['batchSize: 64', 'batchSize: 8'],
    ],
  },
  {path: 'packages/layers/README.md'},
  {path: 'packages/linear-probe/README.md'},
  {path: 'packages/losses/README.md'},
  {path: 'packages/moco/README.md'},
  {path: 'packages/momentum-queue/README.md'},
  {path: 'packages/optim/README.md'},
  {path: 'packages/projection-head/README.md'},
  {path: 'packages/resnet/README.md', replace: [['resnet18({', 'resnet18({width: 4, ']]},
  {path: 'packages/safetensors/README.md'},
  {path: 'packages/simclr/README.md'},
  {path: 'packages/train/README.md'},
  {path: 'packages/weights/README.md'},
];

/** The text of a document. */
export const read = path =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8').replaceAll('\r\n', '\n');

/** The fenced blocks of a document, in order. */
export const blocksOf = path =>
  [...read(path).matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, code]) => ({language, code}));

/** What the install line of a document names: its first `npm install`, which may go on in lines of names. */
export const installedBy = path =>
  (/npm install ([^`&\n]*(?:\n@[^`&\n]*)*)/.exec(read(path))?.[1] ?? '')
    .split('#')[0]
    .split(/[\s.\\]+/)
    .filter(Boolean);

/** The imports at the beginning of lines, one for each name, and the rest. */
function parted(code) {
  const imports = [];
  const rest = code.replace(/^import\s+(?:([^'";]+?)\s+from\s+)?'([^']+)';.*\n/gm, (line, names, specifier) => {
    if (!names?.startsWith('{')) imports.push(line.trim().replace(/;.*$/, ';'));
    else
      for (const name of names
        .slice(1, -1)
        .split(',')
        .map(one => one.trim())
        .filter(Boolean))
        imports.push(`import {${name}} from '${specifier}';`);
    return '';
  });
  return {imports, rest: rest.replace(/^export /gm, '')};
}

/** The program of a document: every block in the scope of the one before, so that it may use its names anew. */
export function programOf({path, before = '', replace = [], without = []}) {
  const all = blocksOf(path).filter(({language}) => language === 'ts' || language === 'js');
  const left = all.filter(({code}) => !without.some(words => code.includes(words)));
  if (left.length === 0 || left.length !== all.length - without.length)
    throw new Error(`${path}: expected code, and a block with each of [${without}], got ${all.length} blocks.`);
  let text = left.map(({code}) => code).join('\0');
  for (const [from, to] of replace) {
    if (!text.includes(from))
      throw new Error(`${path}: expected ${from} in its code, got none; mend scripts/guides.mjs.`);
    text = text.replaceAll(from, to);
  }
  const parts = [before.trimStart() && `${before.trim()}\n`, ...text.split('\0')].filter(Boolean).map(parted);
  const imports = [...new Set(parts.flatMap(part => part.imports))].join('\n');
  const code = parts.map(({rest}) => `{\n${rest}`).join('\n');
  return {
    typed: left.every(({language}) => language === 'ts'),
    text: `${imports}\n${code}${'}'.repeat(parts.length)}\n`,
  };
}
