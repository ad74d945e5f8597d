/**
 * Projects outside of the workspace with our packages as npm would have them, and the code of the documents in them:
 * all of it is compiled, and that of the READMEs runs, as those who come from npm would run it.
 */
import {copyFileSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {GUIDES, installedBy, programOf} from './guides.mjs';
import {slot} from './prepare.mjs';
import {bin, pnpm, root, run} from './processes.mjs';

const READMES = GUIDES.filter(({path}) => path.endsWith('README.md'));

/** Installs packages by their names: ours from tarballs, with what they bring of ours, others as ours want them. */
async function install(manager, folder, names, open) {
  const ours = Object.fromEntries(open.map(({name, tarball}) => [name, `file:${tarball}`]));
  const versions = Object.assign({}, ...open.map(({manifest}) => manifest.peerDependencies), ours);
  const dependencies = Object.fromEntries(names.map(name => [name, versions[name]]));
  const manifest = {private: true, type: 'module', dependencies, overrides: ours, pnpm: {overrides: ours}};
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const quick = ['install', '--ignore-scripts', '--prefer-offline'];
  if (manager === 'npm')
    await run('npm', [...quick, '--no-audit', '--no-fund', '--no-package-lock'], {cwd: folder, quiet: true});
  else await pnpm([...quick, '--no-lockfile', '--no-frozen-lockfile'], {cwd: folder, quiet: true});
}

/** Writes programs of documents into a project. */
function write(folder, guides) {
  return guides.map(guide => {
    const {typed, text} = programOf(guide);
    const name = guide.path.replaceAll('/', '-');
    writeFileSync(join(folder, `${name}.ts`), text);
    return {path: guide.path, name, typed};
  });
}

/** What is wrong with the types of all documents' TypeScript in a project that has all packages. */
async function compile(folder) {
  const include = write(folder, GUIDES).flatMap(({name, typed}) => (typed ? [`${name}.ts`] : []));
  const compilerOptions = {noUnusedLocals: false, typeRoots: [join(root, 'node_modules', '@types')]};
  const tsconfig = {extends: join(root, 'tsconfig.base.json'), compilerOptions, include};
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  const {code, output} = await bin('tsc', ['--project', folder], {quiet: true, allowFailure: true});
  return code === 0 ? [] : [output];
}

/** What is wrong with the code of READMEs when a project runs it, one text for each. */
async function runIn(folder, readmes) {
  for (let i = 0; i < 16; i++) {
    const photos = join(folder, 'photos', i % 2 === 0 ? 'cat' : 'dog');
    mkdirSync(photos, {recursive: true});
    copyFileSync(join(root, 'docs', 'views.jpg'), join(photos, `${i}.jpg`));
  }
  const programs = write(folder, readmes);
  const keepImports = '--tsconfig-raw={"compilerOptions":{"verbatimModuleSyntax":true}}';
  const files = programs.map(({name}) => `${name}.ts`);
  await bin('esbuild', [...files, '--outdir=.', keepImports], {cwd: folder, quiet: true});
  const ran = programs.map(({path, name}) =>
    slot(async () => {
      const options = {cwd: folder, quiet: true, allowFailure: true, env: {CONTRASTIVE_BACKEND: ''}};
      const {code, output} = await run(process.execPath, [`${name}.js`], options);
      return code === 0 ? [] : [`${path}: its code ended with exit code ${code} in ${folder}:\n${output}`];
    }),
  );
  return (await Promise.all(ran)).flat();
}

/**
 * Installs all packages at once, by npm and by pnpm. `beside` says what else is wrong with npm's install, by its
 * folder.
 */
export async function problemsTogether(folder, open, beside) {
  const names = new Set([...open.map(({name}) => name), ...READMES.flatMap(({path}) => installedBy(path))]);
  const [byNpm, byPnpm] = ['npm', 'pnpm'].map(manager => join(folder, manager));
  await Promise.all([install('npm', byNpm, [...names], open), install('pnpm', byPnpm, [...names], open)]);
  const found = await Promise.all([beside(byNpm), compile(byNpm), runIn(byPnpm, READMES)]);
  return [...found.flat(), ...(await runIn(byNpm, READMES))];
}

/** Installs for each README what its line says and nothing else, by npm, and runs its code there; tells which ran. */
export async function problemsAlone(folder, open) {
  const found = [];
  for (const readme of READMES) {
    const project = join(folder, readme.path.replaceAll('/', '-'));
    await install('npm', project, installedBy(readme.path), open);
    found.push(...(await runIn(project, [readme])));
    console.log(readme.path);
  }
  return found;
}
