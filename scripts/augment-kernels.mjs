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
 * The bytes that packages/augment/src/kernels/unpack.ts makes `bytes` of (LZ77): the longest run of at least 4 that
 * stands further in front, or a byte as it is.
 */
function pack(bytes) {
  const packed = [];
  let plain = [];
  const flush = () => {
    if (plain.length > 0) packed.push(plain.length - 1, ...plain);
    plain = [];
  };
  for (let at = 0; at < bytes.length;) {
    let [length, distance] = [0, 0];
    for (let from = Math.max(0, at - 65535); from < at; from++) {
      let same = 0;
      while (same < 130 && at + same < bytes.length && bytes[from + same] === bytes[at + same]) same++;
      if (same > length) [length, distance] = [same, at - from];
    }
    if (length < 4) {
      plain.push(bytes[at++]);
      if (plain.length === 128) flush();
      continue;
    }
    flush();
    packed.push(length + 125, distance & 255, distance >> 8);
    at += length;
  }
  flush();
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
