/**
 * Holds what is published. Every public package is packed as npm would publish it; publint and arethetypeswrong judge
 * the tarballs. All are installed outside the workspace, by npm and by pnpm. There the code of the documents compiles
 * and that of the READMEs runs, and each package that runs anywhere brings exactly what scripts/arrows.mjs says, no
 * native code, and is bundled for browsers. With `--alone` the code of each README runs where its install line was
 * followed and nothing else, which takes minutes: a slow test does that.
 */
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import {tmpdir} from 'node:os';
import {basename, join, relative} from 'node:path';
import {checkPackage, createPackageFromTarballData} from '@arethetypeswrong/core';
import {publint} from 'publint';
import {ANYWHERE, ARROWS, importsIn, target} from './arrows.mjs';
import {problemsAlone, problemsTogether} from './installed.mjs';
import {Failure, bin, main} from './processes.mjs';
import {pack} from './tarballs.mjs';

/** The peers that a package may have which runs anywhere. */
const TENSORFLOW = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];

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

/** All that is reached from some names by the names that `next` gives of each. */
function reach(next, names, found = new Set()) {
  for (const name of names) if (!found.has(name)) reach(next, next(name), found.add(name));
  return found;
}

/** The names of what a package of an install needs, which are none where it is not installed. */
const needsIn = modules => name => {
  const path = join(modules, name, 'package.json');
  return existsSync(path) ? Object.keys({...read(path).dependencies, ...read(path).optionalDependencies}) : [];
};

/** What is wrong with what an install of one package brings: ours, which are few, and nothing else. */
function problemsOf(name, modules) {
  const needs = needsIn(modules);
  const arrows = one =>
    ARROWS[one].imports.filter(arrow => !/^optional:/.test(arrow)).map(arrow => arrow.replace('type:', ''));
  const tensorflow = reach(needs, TENSORFLOW);
  const own = `@contrastive/${name}`;
  const brought = [...reach(needs, needs(own))].filter(one => !tensorflow.has(one)).sort();
  const expected = [...reach(arrows, arrows(name))].map(one => `@contrastive/${one}`).sort();
  const {peerDependencies = {}} = read(join(modules, own, 'package.json'));
  const peers = Object.keys(peerDependencies).filter(peer => !TENSORFLOW.includes(peer));
  return [
    ...(`${brought}` === `${expected}`
      ? []
      : [`${name}: expected an install to bring [${expected}], got [${brought}].`]),
    ...peers.map(peer => `${name}: expected no peers but those of TensorFlow.js, got ${peer}.`),
  ];
}

/** The files of a package and of what it has to itself that are native code, or run or build something. */
function native(name, modules) {
  const runs = path => Object.keys(read(path).scripts ?? {}).some(key => /^(pre|post)?install$/.test(key));
  return readdirSync(join(modules, name), {withFileTypes: true, recursive: true})
    .filter(entry => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))
    .filter(path => /[\\/]binding\.gyp$|\.node$/.test(path) || (basename(path) === 'package.json' && runs(path)))
    .map(path => `${relative(modules, path)} is native, or a script at installing.`);
}

/** What is wrong with an install, of all that may run in a browser: in `backend`, a part. */
async function wall(folder, open) {
  const inside = open.filter(({short}) => short === 'backend' || ANYWHERE.includes(short));
  const entries = inside.flatMap(({name, manifest}) =>
    Object.keys(manifest.exports)
      .filter(entry => !/^\.\/(node($|\/)|package\.json)/.test(entry))
      .map(entry => `export * from '${name}${entry.slice(1)}';\n`),
  );
  writeFileSync(join(folder, 'all.js'), entries.join(''));
  const bundle = ['all.js', '--bundle', '--format=esm', '--outfile=bundle.js', '--external:@tensorflow/*'];
  const {code, output} = await bin('esbuild', bundle, {cwd: folder, quiet: true, allowFailure: true});
  const modules = join(folder, 'node_modules');
  const reached = [...reach(needsIn(modules), [...TENSORFLOW, ...inside.map(({name}) => name)])];
  const installed = reached.filter(name => existsSync(join(modules, name)));
  const found = [
    ...installed.flatMap(name => native(name, modules)),
    ...ANYWHERE.flatMap(name => problemsOf(name, modules)),
  ];
  return code === 0 ? found : [...found, `Not to be bundled for browsers:\n${output.split('\nnode:child_process')[0]}`];
}

await main(async args => {
  const folder = mkdtempSync(join(tmpdir(), 'contrastive-pack-'));
  try {
    const open = await pack(folder);
    const found = args.includes('--alone')
      ? await problemsAlone(folder, open)
      : [
          ...(await Promise.all(open.map(judge))).flat(),
          ...(await problemsTogether(folder, open, project => wall(project, open))),
        ];
    if (found.length > 0) throw new Failure(found.join('\n'));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});
