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
    return readFileSync(file).toString('base64');
  } finally {
    rmSync(temporary, {recursive: true});
  }
}

function source(base64) {
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')).map(line => `  '${line}'`);
  return (
    '// Written by scripts/augment-kernels.mjs from assembly/; do not edit.\n\n/** The WebAssembly module of the ' +
    `pixel loops, base64. */\nexport const MODULE =\n${lines.join(' +\n')};\n`
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
