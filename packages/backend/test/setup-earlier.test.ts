import {existsSync, linkSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {nativePackageAt} from '../src/native/native-package.js';
import {whyNoNative} from '../src/platform.js';
import {runOwnInstaller} from '../src/set-up/own-installer.js';
import {createPhases} from '../src/set-up/phases.js';
import {setUp} from '../src/set-up/set-up.js';
import {type Origin, writeStamp} from '../src/set-up/stamp.js';
import {earlier, findWanted} from '../src/set-up/wanted.js';
import {type FakeMachine, fakeMachine, pythonWithPip} from './setup-fakes.js';

const loaded = {version: '2.9.1', device: 'cpu', libraries: [], messages: ''} as const;

const node = process.execPath;

afterEach(() => {
  process.execPath = node;
});

const signal = new AbortController().signal;

/** A machine whose native package has an addon that an earlier set-up left. */
const machineWith = async (origin: Origin, key?: string): Promise<FakeMachine> => {
  const machine = fakeMachine();
  machine.file('package/lib/napi-v8/tfjs_binding.node', 'addon');
  writeStamp(nativePackageAt(machine.packageDirectory), origin, key ?? (await findWanted(signal)).key, loaded);
  return machine;
};

describe.skipIf(whyNoNative() !== undefined)('an addon of an earlier set-up', () => {
  test.each([
    ['installed', undefined, true],
    ['installed', 'another', false], // our own kernels beside it may be older
    ['wheel', undefined, true],
    ['wheel', 'another', false],
    ['named-directory', 'another', false],
    ['installer', undefined, false],
  ] satisfies [Origin, string | undefined, boolean][])('from %s with key %s suits: %s', async (origin, key, suits) => {
    const {packageDirectory} = await machineWith(origin, key);
    expect(earlier(nativePackageAt(packageDirectory), await findWanted(signal)) !== undefined).toBe(suits);
  });

  test.each([
    ['there is no compiler', {}],
    [
      'the wheel is another',
      {
        'g++': 'exit 0',
        python3: pythonWithPip('for a; do [ "$p" = --dest ] && echo no wheel > "$a/a.whl"; p="$a"; done'),
      },
    ],
  ] satisfies [string, Record<string, string>][])(
    'stays where %s, and is asked about again',
    async (_name, programs) => {
      const machine = await machineWith('installer');
      const {cache, directory, packageDirectory} = machine;
      machine.program('node', `echo '${JSON.stringify(loaded)}'`); // in which the addon loads
      process.execPath = join(directory, 'bin', 'node');
      Object.entries(programs).forEach(([name, script]) => {
        machine.program(name, script);
      });
      for (let time = 0; time < 2; time++) {
        const lines: string[] = [];
        expect(
          await setUp({
            cache,
            packageDirectory,
            log: line => {
              lines.push(line);
            },
          }),
        ).toMatchObject({backend: 'tensorflow', origin: 'installer', version: '2.9.1'});
        expect(lines.join('\n')).toMatch(/no C\+\+ compiler|SHA-256/);
      }
    },
  );
});

test('the native package keeps its manifest, whatever its installer does and whenever that was killed', async () => {
  const machine = fakeMachine();
  const native = nativePackageAt(machine.packageDirectory);
  const manifest = join(native.directory, 'package.json');
  const {ino} = statSync(manifest);
  const content = readFileSync(manifest, 'utf8');
  linkSync(manifest, `${manifest}.kept`);
  machine.file(
    'package/scripts/install.js',
    'require("node:fs").writeFileSync("package.json", "{}"); process.exit(1);',
  );
  const place = {cache: machine.cache, phases: createPhases(() => undefined)};
  const run = (): Promise<void> => runOwnInstaller(native, place);
  await expect(run()).rejects.toThrow(/installer failed/);
  expect([statSync(manifest).ino, readFileSync(manifest, 'utf8'), existsSync(`${manifest}.kept`)]).toEqual([
    ino,
    content,
    false,
  ]);
  linkSync(manifest, `${manifest}.kept`);
  writeFileSync(`${manifest}.copy`, 'half');
  await expect(run()).rejects.toThrow(/installer failed/);
  expect([statSync(manifest).ino, readFileSync(manifest, 'utf8'), existsSync(`${manifest}.kept`)]).toEqual([
    ino,
    content,
    false,
  ]);
});
