import {spawn, type ChildProcess} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {expect, onTestFinished, test} from 'vitest';
import {commands} from '../src/commands/index.js';
import {encoderIn, photos, temporary} from './images.js';

/** The program as it is installed; `npm test` has built it. */
const program = fileURLToPath(new URL('../bin/contrastive.js', import.meta.url));

/** What a process came to. */
interface End {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Starts the program in a folder. */
function start(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): {child: ChildProcess; end: Promise<End>} {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {...process.env, CONTRASTIVE_BACKEND: tf.getBackend(), TF_CPP_MIN_LOG_LEVEL: '2', ...env},
  });
  const [out, errors]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const end = new Promise<End>(resolve => {
    child.on('close', code => {
      resolve({code, out: out.join(''), errors: errors.join('')});
    });
  });
  return {child, end};
}

const run = async (folder: string, ...args: readonly string[]): Promise<End> => start(folder, args).end;

test('--help and --version load no TensorFlow', async () => {
  const folder = temporary();
  const coverage = join(folder, 'loaded');
  const help = await start(folder, ['--help'], {NODE_V8_COVERAGE: coverage}).end;
  expect(help).toMatchObject({code: 0, errors: ''});
  for (const {name} of commands) expect(help.out).toContain(`\n  ${name} `);
  const loaded = readdirSync(coverage).map(name => readFileSync(join(coverage, name), 'utf8'));
  expect(loaded.join('')).toContain('/commander'); // so it is a list of what was loaded
  expect(loaded.join('')).not.toMatch(/@tensorflow|\/sharp\/|\/zod\//);
  expect(help.out).toContain(`\n  node ${program} pretrain photos --out runs/photos\n`);
  expect(await run(folder, '--version')).toMatchObject({code: 0, out: '0.1.0\n'});
});

test.each([
  [['pretrian', 'photos'], 'got pretrian.\nDid you mean pretrain?'],
  [['pretrain', 'photos', '--out', 'run', '--epoch', '3'], 'got --epoch.\nDid you mean --epochs?'],
  [
    ['finetune', 'run', '--epochs', '3'],
    `--seed, --out, --resume, --workers, --backend, --config, --json, --verbose, got --epochs.\nSee`,
  ],
  [['pretrain', 'photos', '--ver'], 'expected a known flag, got --ver.\nDid you mean --verbose?'],
  [['help', 'pretrian'], 'got pretrian.\nDid you mean pretrain?'],
  [['finetune', 'run', '--hepl'], 'got --hepl.\nDid you mean --help?'],
  [['--verison'], 'got --verison.\nDid you mean --version?'],
  [['photos'], `got photos.\nSee node ${program} --help.`],
  [['pretrain', 'nophotos', '--out', 'run'], 'got nophotos, which is not there.\nCheck the path.\n'],
  [['pretrain', 'photos', '--config', 'no.yaml', '--out', 'run'], 'got no.yaml, which is not there.\nCheck the path.'],
  [['--what'], `got --what.\nSee node ${program} --help.`],
  [
    ['pretrain', 'photos', '--out', 'run', '--batch', 'many'],
    "as --batch, got 'many'.\nGive one, for example --batch 64.",
  ],
  [
    ['pretrain', 'photos', 'more', '--out', 'run'],
    'expected DATA alone, got more too.\nLeave that out, or give the folder of several files.',
  ],
  [['pretrain', '1.jpg', '2.jpg', '3.jpg', '4.jpg', '--out', 'run'], 'expected DATA alone, got 2.jpg and 2 more too.'],
  [['pretrain', 'photos', '--method', 'mocov2', '--out', 'run'], "got 'mocov2'.\nDid you mean moco-v2?"],
  [['pretrain', 'photos', '--out'], 'expected a value behind --out'],
  [['pretrain', '--out', 'run'], 'expected the images as DATA, got none.'],
  [['embed', 'run'], 'expected DATA, got none.'],
  [['search', 'run', 'photos'], 'expected images to search for as --query, got none.\nGive one, or --site DIR'],
  [['search', 'run', 'photos', '--site', 'site', '--out', 'a.html'], 'expected --query beside --out, got none.'],
  [['serve', 'run', 'photos', '--port', '70000'], 'got 70000.\nGive one, for example 8787.'],
  [['serve', 'nowhere', 'photos', '--port', '0'], 'got nowhere, which is not there.\nCheck the path.'],
])('%j runs nothing: a line of reason, one of remedy', async (args, message) => {
  const folder = temporary();
  const {code, out, errors} = await run(folder, ...args);
  expect([code, out]).toEqual([2, '']);
  expect(errors).toContain(message);
  expect(errors.trimEnd().split('\n')).toHaveLength(2);
  expect(readdirSync(folder)).toEqual([]);
});

test('with --json an error is an object too', async () => {
  const {code, out, errors} = await run(temporary(), 'pretrain', 'photos', '--json', '--out', 'run', '--epoch', '3');
  expect([code, errors]).toEqual([2, '']);
  expect(JSON.parse(out)).toMatchObject({event: 'error', exitCode: 2, remedy: 'Did you mean --epochs?'});
});

test('what is in the way is told before any work', async () => {
  const folder = temporary();
  await photos(join(folder, 'photos'), 3);
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'taken', 'thesis.tex'), 'years');
  writeFileSync(join(folder, 'file'), '');
  const taken = await run(folder, 'pretrain', 'photos', '--out', 'taken');
  expect(taken).toMatchObject({code: 2});
  expect(taken.errors).toContain('got taken with thesis.tex in it.\nGive another.');
  expect(readdirSync(join(folder, 'taken'))).toEqual(['thesis.tex']);
  expect((await run(folder, 'pretrain', 'photos', '--out', 'file')).code).not.toBe(0);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('');
  const few = await run(folder, 'pretrain', 'photos', '--out', 'new');
  expect(few).toMatchObject({code: 2});
  expect(few.errors).toContain(
    'expected at least 8 images in DATA, because each is told from others, got 3 images.\nAdd some.',
  );
});

test('Ctrl-C saves and says how to go on; then the run is whole, and can be searched', async () => {
  const folder = temporary();
  await photos(join(folder, 'photos'), 16);
  const steps = 60;
  const small = ['--encoder', 'resnet10', '--width', '4', '--size', '16', '--batch', '8', '--save-every', '25'];
  const {child, end} = start(folder, ['pretrain', 'photos', '--out', 'run', '--steps', String(steps), ...small]);
  const log = join(folder, 'run', 'metrics.jsonl');
  while (child.exitCode === null && !(existsSync(log) && readFileSync(log, 'utf8').includes('\n'))) await sleep(5);
  child.kill('SIGINT');
  const stopped = await end;
  expect(stopped.code, stopped.errors).toBe(130);
  expect(stopped.errors).toContain(`Go on with: node ${program} pretrain --resume --out run`);
  expect(existsSync(join(folder, 'run', 'encoder'))).toBe(false);

  const again = await run(folder, 'pretrain', 'photos', '--out', 'run', '--steps', '9');
  expect(again.errors).toContain('which has a run.\nGo on with it by --resume, or give another folder.');

  const other = await run(folder, 'pretrain', '--resume', '--out', 'run', '--seed', '7');
  expect(other).toMatchObject({code: 2});
  expect(other.errors).toContain('got 7 instead of 1 as --seed.\nLeave it out, or begin another run.');

  const resumed = await run(folder, 'pretrain', '--resume', '--out', 'run');
  expect(resumed.code, resumed.errors).toBe(0);
  const records = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => (JSON.parse(line) as {step: number}).step);
  expect(records).toEqual(Array.from({length: steps}, (_, i) => i));

  const query = join(folder, 'photos', 'a', '02.png');
  const found = await run(folder, 'search', 'run', 'photos', '--query', query, '-k', '2', '--json', '--index', 'index');
  expect(found.code, found.errors).toBe(0);
  const [last] = found.out.trimEnd().split('\n').slice(-1);
  const {event, hits} = JSON.parse(last) as {readonly event: string; readonly hits: readonly {path: string}[]};
  expect([event, hits.length]).toEqual(['found', 2]);
  expect(hits.map(({path}) => path)).not.toContain(query); // which is one of the images
}, 300_000);

test('a port that is taken is told before TensorFlow is loaded', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    other.close();
  });
  const {port} = other.address() as AddressInfo;
  const {code, out, errors} = await run(temporary(), 'serve', 'nowhere', 'photos', '--port', String(port));
  expect([code, out]).toEqual([2, '']);
  expect(errors).toBe(
    `contrastive serve: expected a free port as --port, got ${port}, at which another program listens.\nGive ` +
      `another, for example --port ${port + 1}.\n`,
  );
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'serve answers until %s, then it ends with %i',
  async (signal, code) => {
    const folder = temporary();
    await photos(join(folder, 'photos'), 8);
    await encoderIn(join(folder, 'work', 'encoder'));
    const {child, end} = start(folder, [
      'serve',
      'work/encoder',
      'photos',
      '--port',
      '0',
      '--index',
      'index',
      '--json',
    ]);
    const printed = await new Promise<string>(resolve => {
      child.stdout?.on('data', (chunk: Buffer) => {
        const line = chunk
          .toString()
          .split('\n')
          .find(one => one.includes('"serving"'));
        if (line !== undefined) resolve(line);
      });
      child.on('close', () => {
        resolve('{"url": "http://ended.invalid/"}');
      });
    });
    const {url, images} = JSON.parse(printed) as {readonly url: string; readonly images: number};
    const {origin, hash} = new URL(url);
    expect([images, new URL(url).hostname]).toEqual([8, '127.0.0.1']);
    const headers = {authorization: `Bearer ${hash.replace('#token=', '')}`, origin};
    const about = await fetch(`${origin}/about`, {headers});
    expect(await about.json()).toMatchObject({title: 'photos', images: 8, encoder: 'work'});
    const found = await fetch(`${origin}/near/0`, {method: 'POST', headers});
    expect(await found.json()).toHaveLength(7);
    child.kill(signal);
    expect(await end).toMatchObject({code, errors: expect.stringContaining('Ended.') as string});
  },
  120_000,
);

test('search writes a site, and says how well rounded features find', async () => {
  const folder = temporary();
  await photos(join(folder, 'photos'), 12);
  await encoderIn(join(folder, 'encoder'));
  const args = ['search', 'encoder', 'photos', '--site', 'out/site/', '--index', 'index'];
  const {code, out, errors} = await run(folder, ...args);
  expect(code, errors).toBe(0);
  expect(out).toMatch(/A page that searches 12 images: out\/site\/index\.html\n.*of the 10 nearest to 12 images, \d+/);
  expect(readdirSync(join(folder, 'out'))).toEqual(['site']);
  const again = await run(folder, ...args);
  expect(again).toMatchObject({code: 2});
  expect(again.errors).toContain('with a site in it.\nGive another, or --overwrite.');
}, 120_000);
