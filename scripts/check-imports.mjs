/**
 * Holds the direction of imports: who may import whom, stands here and in ARCHITECTURE.md. Each import of another
 * package must be allowed, declared in the importer's package.json, and of types alone where the arrow is for types.
 */
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {join, relative} from 'node:path';
import {Failure, main, root} from './processes.mjs';

/** Package → what it may import of ours; `type:` where only types may cross. */
export const ARROWS = {
  backend: [],
  layers: [],
  augment: [],
  data: ['augment', 'fashion-mnist'],
  'fashion-mnist': [],
  resnet: ['layers'],
  'projection-head': ['layers'],
  losses: [],
  optim: [],
  train: ['type:data', 'optim'],
  'momentum-queue': ['layers'],
  simclr: ['train', 'losses', 'layers'],
  moco: ['train', 'losses', 'momentum-queue', 'layers'],
  'linear-probe': ['type:data', 'augment'],
  weights: ['layers'],
};

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g;

function sources(folder) {
  return readdirSync(folder, {withFileTypes: true, recursive: true})
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name));
}

/** What is wrong with one package's imports, a line each. */
function problems(name) {
  const folder = join(root, 'packages', name);
  const arrows = ARROWS[name];
  if (!arrows) return [`packages/${name} has no entry in scripts/check-imports.mjs: say what it may import.`];
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const declared = {...manifest.dependencies, ...manifest.peerDependencies};
  const found = [];
  const say = (file, text) => found.push(`${relative(root, file)}: ${text}`);
  for (const file of sources(join(folder, 'src'))) {
    for (const [, typeOnly, from, dynamic] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = from ?? dynamic;
      if (target.startsWith('.')) {
        if (!join(file, '..', target).startsWith(join(folder, 'src'))) say(file, `'${target}' leaves the package.`);
        continue;
      }
      if (target.startsWith('node:') || builtinModules.includes(target)) continue;
      const dependency = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');
      if (!(dependency in declared)) say(file, `'${dependency}' is not in the package's dependencies or peers.`);
      if (!target.startsWith('@contrastive/')) continue;
      const other = target.split('/')[1];
      if (arrows.includes(other)) continue;
      if (!arrows.includes(`type:${other}`)) say(file, `${name} may not import ${other}.`);
      else if (!typeOnly) say(file, `${name} may import only types of ${other}: write \`import type\`.`);
    }
  }
  return found;
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const names = readdirSync(join(root, 'packages')).filter(name =>
      existsSync(join(root, 'packages', name, 'package.json')),
    );
    const found = names.flatMap(problems);
    if (found.length > 0) throw new Failure(found.join('\n'));
  });
}
