import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
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

/** Bundles for browsers, from the sources: the code, and what of whose files went into it. */
export async function bundle(options: BuildOptions): Promise<{
  /** What a page loads first. */
  readonly code: string;
  /** What it loads where it is asked for, with `splitting`. */
  readonly later: string[];
  /** Paths of the files in it, from the root of the repository. */
  readonly files: string[];
  /** What it imports when it runs. */
  readonly imports: string[];
}> {
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
  const outputs = Object.values(metafile.outputs);
  const first = outputs.findIndex(({entryPoint}) => entryPoint !== undefined);
  return {
    code: outputFiles[first].text,
    later: outputFiles.filter((_, i) => i !== first).map(({text}) => text),
    files: Object.keys(metafile.inputs),
    imports: [...new Set(outputs.flatMap(({imports}) => imports.flatMap(one => (one.external ? [one.path] : []))))],
  };
}
