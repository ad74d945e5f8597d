import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {build, type BuildOptions, type Plugin} from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** An entry of a package: its file, or its file under each condition. */
type Entry = string | {readonly browser?: string; readonly default: string};

/** The source behind what a package of ours exports, as a bundler for browsers picks it. */
function sourceOf(specifier: string): string {
  const [, name, ...rest] = specifier.split('/');
  const folder = `${root}packages/${name}`;
  const {exports} = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {exports: Record<string, Entry>};
  const entry = exports[['.', ...rest].join('/')];
  const file = typeof entry === 'string' ? entry : (entry.browser ?? entry.default);
  return `${folder}/${file.slice(2).replace(/^dist\/(.*)\.js$/, 'src/$1.ts')}`;
}

/** Tests read the sources of our packages, so they need no build. */
const sources: Plugin = {
  name: 'sources',
  setup(build) {
    build.onResolve({filter: /^@contrastive\//}, ({path}) => ({path: sourceOf(path)}));
  },
};

/** What a bundle is made of. */
export interface Bundle {
  /** The script, without what it imports where it is asked for. */
  readonly code: string;
  /** Bytes of our packages in what is loaded at once, and in what is loaded where it is asked for (`splitting`). */
  readonly bytes: {readonly first: number; readonly later: number};
  /** Bytes of both as they travel, each script compressed by gzip, with all that is in them. */
  readonly compressed: {readonly first: number; readonly later: number};
  /** Paths of the files in it, from the root of the repository. */
  readonly files: string[];
  /** What it imports from elsewhere when it runs. */
  readonly imports: string[];
}

/** Bundles for browsers, from the sources. */
export async function bundle(options: BuildOptions & {readonly entryPoints: string[]}): Promise<Bundle> {
  const {outputFiles, metafile} = await build({
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    absWorkingDir: root,
    logLevel: 'silent', // what is wrong is in the error
    ...options,
    plugins: [sources],
    write: false,
    metafile: true,
  });
  const {outputs} = metafile;
  const [entry] = Object.keys(outputs).filter(path => outputs[path].entryPoint === options.entryPoints[0]);
  const atOnce = new Set([entry]);
  for (const path of atOnce)
    for (const one of outputs[path].imports) if (one.kind === 'import-statement' && !one.external) atOnce.add(one.path);
  const bytes = {first: 0, later: 0};
  for (const [path, {inputs}] of Object.entries(outputs)) {
    for (const [file, {bytesInOutput}] of Object.entries(inputs))
      if (file.startsWith('packages/')) bytes[atOnce.has(path) ? 'first' : 'later'] += bytesInOutput;
  }
  const compressed = {first: 0, later: 0};
  Object.keys(outputs).forEach((path, i) => {
    compressed[atOnce.has(path) ? 'first' : 'later'] += gzipSync(outputFiles[i].text).length;
  });
  const imported = Object.values(outputs).flatMap(({imports}) => imports);
  return {
    code: outputFiles[Object.keys(outputs).indexOf(entry)].text,
    bytes,
    compressed,
    files: Object.keys(metafile.inputs),
    imports: [...new Set(imported.flatMap(({path, external}) => (external ? [path] : [])))],
  };
}
