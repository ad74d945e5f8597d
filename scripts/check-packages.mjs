/**
 * Holds what is published. Every public package is packed as npm would publish it; publint and arethetypeswrong judge
 * the tarballs. Those of the packages that run anywhere are installed outside the workspace: each brings exactly what
 * scripts/arrows.mjs says, no native code, and is bundled for browsers.
 */
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {checkPackage, createPackageFromTarballData} from '@arethetypeswrong/core';
import {publint} from 'publint';
import {ANYWHERE, ARROWS, importsIn, target} from './arrows.mjs';
import {packages} from './prepare.mjs';
import {Failure, bin, main, pnpm, run} from './processes.mjs';

/** The peers that a package may have which runs anywhere. */
const TENSORFLOW = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];
/** The most packages that an install of one may bring, beside TensorFlow.js's own. */
const MOST = 20;

const read = path => JSON.parse(readFileSync(path, 'utf8'));

/** The packages whose modules in dist/ import what an install of it does not bring, a line each. */
function undeclared({short, manifest}, tarball) {
  const {dependencies, peerDependencies} = manifest;
  const known = {...dependencies, ...peerDependencies, [manifest.name]: true};
  return tarball
    .listFiles()
    .filter(file => /\/dist\/.*(\.js|\.d\.ts)$/.test(file))
    .flatMap(file =>
      importsIn(tarball.readFile(file))
        .filter(({specifier}) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .map(({specifier}) => target(specifier))
        .filter(({dependency, ours}) => !(dependency in known) && !ARROWS[short].imports.includes(`optional:${ours}`))
        .map(({dependency}) => `${file}: '${dependency}' is neither bundled nor in the dependencies or peers.`),
    );
}

/** What is wrong with a tarball by publint's judgement and arethetypeswrong's: ES modules, resolved by `exports`. */
async function judge(one) {
  const data = new Uint8Array(readFileSync(one.tarball));
  const tarball = createPackageFromTarballData(data);
  const {problems = []} = await checkPackage(tarball);
  const {messages} = await publint({pack: {tarball: data.buffer}, strict: true});
  const types = problems.filter(({resolutionKind}) => !['node10', 'node16-cjs'].includes(resolutionKind));
  const told = [...types, ...messages].map(problem => `${one.name}: ${JSON.stringify(problem)}`);
  return [...told, ...undeclared(one, tarball)];
}

/** The folder of a package as a module in `from` finds it, undefined where it is not installed. */
function installed(from, name) {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
  }
  return undefined;
}

/** The folders of what the package in `folder` depends on, directly or not, by name. */
function closure(folder, found = new Map()) {
  const {dependencies, optionalDependencies} = read(join(folder, 'package.json'));
  for (const name of Object.keys({...dependencies, ...optionalDependencies})) {
    const path = installed(folder, name);
    if (path === undefined || found.has(name)) continue;
    found.set(name, path);
    closure(path, found);
  }
  return found;
}

/** What the arrows say that an install of a package brings of ours. */
function reached(name, found = new Set()) {
  for (const arrow of ARROWS[name].imports) {
    const other = arrow.replace('type:', '');
    if (!other.startsWith('optional:') && !found.has(other)) reached(other, found.add(other));
  }
  return found;
}

/** What is wrong with what an install of one package brings. */
function problemsOf(name, folder) {
  const own = join(folder, 'node_modules', '@contrastive', name);
  const tensorflow = TENSORFLOW.flatMap(peer => [peer, ...closure(join(folder, 'node_modules', peer)).keys()]);
  const brought = [...closure(own).keys()].filter(one => !tensorflow.includes(one)).sort();
  const expected = [...reached(name)].map(one => `@contrastive/${one}`).sort();
  const peers = Object.keys(read(join(own, 'package.json')).peerDependencies ?? {});
  const say = (what, wanted, got) =>
    `${name}: expected ${what} ${wanted.join(', ') || 'nothing'}, got ${got.join(', ') || 'nothing'}.`;
  return [
    ...(brought.join() === expected.join() ? [] : [say('an install to bring', expected, brought)]),
    ...(brought.length <= MOST ? [] : [`${name}: an install brings more than ${MOST} packages.`]),
    ...(peers.every(peer => TENSORFLOW.includes(peer)) ? [] : [say('peers among', TENSORFLOW, peers)]),
  ];
}

/** The files that are native code, or run or build something when they are installed. */
function native(folder) {
  return readdirSync(join(folder, 'node_modules'), {withFileTypes: true, recursive: true})
    .filter(entry => entry.isFile())
    .map(({parentPath, name}) => ({name, path: join(parentPath, name)}))
    .filter(({name, path}) => {
      if (name === 'package.json')
        return Object.keys(read(path).scripts ?? {}).some(key => /^(pre|post)?install$/.test(key));
      return name === 'binding.gyp' || name.endsWith('.node');
    })
    .map(({path}) => `${path.slice(folder.length + 1)} is native, or a script at installing.`);
}

/** What is wrong with an install of all that may run in a browser: in `backend`, a part. */
async function wall(folder, open) {
  const inside = open.filter(({short}) => short === 'backend' || ANYWHERE.includes(short));
  const dependencies = Object.fromEntries(inside.map(({name, tarball}) => [name, `file:${tarball}`]));
  const {peerDependencies} = open.find(({short}) => short === 'layers').manifest;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({private: true, dependencies: {...dependencies, ...peerDependencies}}),
  );
  const quick = ['--omit=peer', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
  await run('npm', ['install', '--ignore-scripts', ...quick], {cwd: folder, quiet: true});
  const entries = inside.flatMap(({name, manifest}) =>
    Object.keys(manifest.exports)
      .filter(entry => !['./node', './package.json'].includes(entry))
      .map(entry => `export * from '${name}${entry.slice(1)}';\n`),
  );
  writeFileSync(join(folder, 'all.js'), entries.join(''));
  const bundle = ['--bundle', '--format=esm', '--outfile=bundle.js', '--external:@tensorflow/*'];
  const {code, output} = await bin('esbuild', ['all.js', ...bundle], {cwd: folder, quiet: true, allowFailure: true});
  return [
    ...native(folder),
    ...ANYWHERE.flatMap(name => problemsOf(name, folder)),
    ...(code === 0 ? [] : [`Not to be bundled for browsers:\n${output.split('\nnode:child_process')[0]}`]),
  ];
}

await main(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contrastive-pack-'));
  try {
    const open = packages()
      .filter(({manifest}) => !manifest.private)
      .map(({name, manifest}) => {
        const tarball = join(folder, `${name.slice(1).replace('/', '-')}-${manifest.version}.tgz`);
        return {name, short: name.split('/')[1], manifest, tarball};
      });
    const chosen = open.flatMap(({name}) => ['--filter', name]);
    await pnpm([...chosen, '--recursive', 'pack', '--pack-destination', folder], {quiet: true});
    const found = [...(await Promise.all(open.map(judge))).flat(), ...(await wall(folder, open))];
    if (found.length > 0) throw new Failure(found.join('\n'));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});
