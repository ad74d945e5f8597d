import {chmodSync, existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {whereabouts} from '@contrastive/internal/node';
import {whyNoNative} from '../src/platform.js';
import {requireAnswer} from '../src/set-up/cache.js';
import {setUp, type SetUpResult} from '../src/set-up/set-up.js';
import {SetUpError, type SetUpFailure} from '../src/set-up/set-up-error.js';
import {type FakeMachine, fakeMachine, findDestination, pythonWithPip} from './setup-fakes.js';

/** Ctrl-C has to end a set-up within this time. Milliseconds. */
const interruption = 2000;

const run = (
  {cache, packageDirectory}: FakeMachine,
  lines: string[] = [],
  signal?: AbortSignal,
): Promise<SetUpResult> =>
  setUp({
    cache,
    packageDirectory,
    signal,
    log: line => {
      lines.push(line);
    },
  });

const failureOf = async (promise: Promise<SetUpResult>): Promise<SetUpFailure> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SetUpError);
  return (error as SetUpError).failure;
};

const leftIn = ({cache}: FakeMachine): string[] => (existsSync(cache) ? readdirSync(cache) : []);

/** A directory with the files that make it look like an unpacked libtensorflow. */
const fakeTensorflow = (machine: FakeMachine): string => {
  machine.file('tf/include/tensorflow/c/c_api.h');
  machine.file('tf/lib/libtensorflow.so.2');
  machine.file('tf/lib/libtensorflow_framework.so.2');
  return `${machine.directory}/tf`;
};

describe.skipIf(whyNoNative() !== undefined)('setUp on a machine that lacks something', () => {
  test.each([
    ['no compiler', {python3: pythonWithPip('exit 1')}, 'no-compiler', /apt install g\+\+/],
    ['no Python', {'g++': 'exit 0'}, 'no-python', /python3-pip/],
    ['no pip', {'g++': 'exit 0', python3: 'exit 1'}, 'no-pip', /python3-pip/],
    [
      'no network',
      {'g++': 'exit 0', python3: pythonWithPip('echo "Could not find a version" >&2; exit 1')},
      'download',
      /Could not find a version/,
    ],
  ] satisfies [string, Record<string, string>, SetUpFailure, RegExp][])(
    '%s: wasm, with the remedy',
    async (_name, programs, failure, remedy) => {
      const machine = fakeMachine();
      Object.entries(programs).forEach(([name, script]) => {
        machine.program(name, script);
      });
      const lines: string[] = [];
      const result = await run(machine, lines);
      expect(result).toMatchObject({backend: 'wasm', problem: {failure}});
      expect(result.problem?.message).toMatch(remedy);
      expect(lines.filter(line => remedy.test(line))).toHaveLength(1);
      expect(lines.join('\n')).not.toMatch(/own installer/); // which is no remedy
      expect(lines.join('\n')).not.toMatch(/slower/);
      expect(leftIn(machine)).toEqual([]);
      vi.stubEnv('CONTRASTIVE_BACKEND', 'tensorflow');
      expect(await failureOf(run(machine))).toBe(failure);
    },
  );

  test('what is missing is told together', async () => {
    const lines: string[] = [];
    const {problem} = await run(fakeMachine(), lines);
    expect(problem?.message).toMatch(/no C\+\+ compiler .*apt install g\+\+.*no python3 .*apt install python3-pip/);
    expect(lines).toEqual([problem?.message]);
  });

  test('a cache that does not answer is told in time, and an interruption is heard', async () => {
    const machine = fakeMachine();
    const shell = machine.file('slow/sh', '#!/bin/sh\nexec /bin/sleep 60\n'); // as a file system that hangs
    chmodSync(shell, 0o755);
    vi.stubEnv('PATH', dirname(shell));
    const waited = performance.now();
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 200);
    await expect(run(machine, [], controller.signal)).rejects.toThrow('enough');
    await expect(requireAnswer(machine.cache, undefined, 300)).rejects.toThrow(
      /^The cache .*cache did not answer within 0 s\. Look at the drive .* CONTRASTIVE_CACHE\.$/,
    );
    expect(performance.now() - waited).toBeLessThan(10_000);
  });

  test('a wheel with another checksum is refused, and nothing of it stays', async () => {
    const machine = fakeMachine();
    machine.program('g++', 'exit 0');
    machine.program('python3', pythonWithPip(`${findDestination}; echo no wheel > "$destination/a.whl"`));
    await expect(run(machine)).rejects.toThrow(/SHA-256 [0-9a-f]{64}, expected 2b847d21/);
    expect(leftIn(machine)).toEqual([]);
  });

  test('a disk that fills up during the download ends the set-up, and nothing stays', async () => {
    const machine = fakeMachine();
    machine.program('g++', 'exit 0');
    machine.program(
      'python3',
      pythonWithPip(
        `${findDestination}; echo half > "$destination/a.whl"; echo "OSError: [Errno 28] No space left on ` +
          'device" >&2; exit 1',
      ),
    );
    expect(await failureOf(run(machine))).toBe('disk-full');
    expect(leftIn(machine)).toEqual([]);
  });

  test.each([
    ['fails', 'echo "x.cc:1: error: no such thing" >&2; exit 1', 'compile'],
    ['fills the disk', 'echo "fatal error: error writing: No space left on device" >&2; exit 1', 'disk-full'],
    [
      'makes something that does not load',
      'for a; do [ "$previous" = -o ] && echo broken > "$a"; previous="$a"; done',
      'load',
    ],
  ] satisfies [string, string, SetUpFailure][])('a compiler that %s', async (_name, script, failure) => {
    const machine = fakeMachine();
    machine.program('g++', script);
    vi.stubEnv('CONTRASTIVE_TENSORFLOW', fakeTensorflow(machine));
    expect(await failureOf(run(machine))).toBe(failure);
    expect(leftIn(machine).filter(name => name.includes('tmp') || name.startsWith('lock'))).toEqual([]);
    expect(existsSync(`${machine.packageDirectory}/lib`)).toBe(false);
  });

  test('a named directory that holds no TensorFlow is an error', async () => {
    const machine = fakeMachine();
    vi.stubEnv('CONTRASTIVE_TENSORFLOW', machine.directory);
    expect(await failureOf(run(machine))).toBe('named-directory');
  });

  test('a GPU whose TensorFlow cannot be had falls back to the one for the CPU', async () => {
    const machine = fakeMachine();
    const log = `${machine.directory}/asked`;
    machine.program('nvidia-smi', 'echo "GPU 0: NVIDIA H200 (UUID: GPU-1)"');
    machine.program('g++', 'exit 0');
    machine.program('python3', `case "$*" in *--version) exit 0;; *) echo "$4 $5" >> ${log}; exit 1;; esac`);
    vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
    expect((await run(machine)).backend).toBe('wasm');
    expect(readFileSync(log, 'utf8')).toMatch(/tensorflow\[and-cuda\]==[\d.]+.*\ntensorflow-cpu==/);
  });
});

describe.skipIf(whyNoNative() !== undefined)('setUp, interrupted', () => {
  test('ends what it started within two seconds and leaves nothing half-written', async () => {
    const machine = fakeMachine();
    machine.program('g++', 'exit 0');
    const pidFile = `${machine.directory}/pid`;
    machine.program('python3', pythonWithPip(`echo $$ > ${pidFile}; trap "" TERM; while :; do sleep 0.1; done`));
    const controller = new AbortController();
    const reason = new Error('stop');
    const ended = run(machine, [], controller.signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    await vi.waitFor(() => {
      expect(readFileSync(pidFile, 'utf8')).toMatch(/\d\n/);
    }, 5000);
    const start = performance.now();
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(performance.now() - start).toBeLessThan(interruption);
    expect(leftIn(machine)).toEqual([]);
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow(/ESRCH/);
  });

  test('what a killed one left is removed by the next', async () => {
    const machine = fakeMachine();
    machine.file('cache/tensorflow-2.21.0-cpu-2b847d21.tmp-999999999/download/a.whl', 'half');
    machine.file('cache/lock', JSON.stringify({pid: 999999999, started: '1', host: 'here', where: whereabouts()}));
    await run(machine);
    expect(leftIn(machine)).toEqual([]);
  });
});

test.skipIf(whyNoNative() !== undefined)('setUp needs an installed native package', async () => {
  const machine = fakeMachine();
  expect(await failureOf(run({...machine, packageDirectory: `${machine.directory}/nowhere`}))).toBe('not-installed');
});
