/**
 * `node scripts/augment-kernels.mjs` compiles packages/augment/assembly/ (AssemblyScript) and writes the module into
 * packages/augment/src/kernels/module.ts; with `--check` it fails when that is not what the sources compile to.
 */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {Failure, main, root, run} from './processes.mjs';

const folder = join(root, 'packages/augment');
const target = join(folder, 'src/kernels/module.ts');
const LINE = 150;

async function compile() {
  const temporary = mkdtempSync(join(tmpdir(), 'augment-kernels-'));
  try {
    const file = join(temporary, 'kernels.wasm');
    const compiler = join(folder, 'node_modules/assemblyscript/bin/asc.js');
    const options = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--outFile', file];
    await run(process.execPath, [compiler, 'assembly/index.ts', ...options], {cwd: folder, quiet: true});
    return readFileSync(file);
  } finally {
    rmSync(temporary, {recursive: true});
  }
}

/**
 * The fewest bytes that packages/augment/src/kernels/unpack.ts makes `bytes` of (LZ77, with the best choice at each
 * place, found from the end): `n < 128` stands before n + 1 bytes as they are; another n, before a distance of two
 * bytes, for n − 125 bytes that are so far back.
 */
function pack(bytes) {
  const best = new Array(bytes.length + 1).fill({cost: 0});
  for (let at = bytes.length - 1; at >= 0; at--) {
    let choice = {cost: Infinity};
    const consider = (cost, length, distance) => {
      if (cost + best[at + length].cost < choice.cost) choice = {cost: cost + best[at + length].cost, length, distance};
    };
    for (let length = 1; length <= Math.min(128, bytes.length - at); length++) consider(1 + length, length);
    for (let from = 0; from < at; from++) {
      let length = 0;
      while (length < 130 && at + length < bytes.length && bytes[from + length] === bytes[at + length]) length++;
      for (let some = 3; some <= length; some++) consider(3, some, at - from);
    }
    best[at] = choice;
  }
  const packed = [];
  for (let at = 0; at < bytes.length; at += best[at].length) {
    const {length, distance} = best[at];
    if (distance === undefined) packed.push(length - 1, ...bytes.subarray(at, at + length));
    else packed.push(length + 125, distance & 255, distance >> 8);
  }
  return Buffer.from(packed);
}

function source(bytes) {
  const lines = pack(bytes)
    .toString('base64')
    .match(new RegExp(`.{1,${LINE}}`, 'g'))
    .map(line => `  '${line}'`);
  return (
    '// Written by scripts/augment-kernels.mjs from assembly/; do not edit.\n\n' +
    `/** Bytes of the WebAssembly module of the pixel loops. */\nexport const SIZE = ${bytes.length};\n\n` +
    `/** The module, packed (unpack.ts) and in base64. */\nexport const MODULE =\n${lines.join(' +\n')};\n`
  );
}

await main(async args => {
  const {values} = parseArgs({args, options: {check: {type: 'boolean'}}});
  const text = source(await compile());
  if (!values.check) return writeFileSync(target, text);
  if (readFileSync(target, 'utf8') !== text)
    throw new Failure(
      'packages/augment/src/kernels/module.ts is not what packages/augment/assembly compiles to: run node ' +
        'scripts/augment-kernels.mjs.',
    );
});
