import {expect, test} from 'vitest';
import {findPython} from '../src/find-python.js';
import {parseOptions} from '../src/options.js';
import {rows, selectRows} from '../src/rows.js';
import {tiny} from '../src/settings.js';

test('names, file and repeats are read', () => {
  expect(parseOptions([])).toEqual({names: [], repeats: 7, quick: false});
  expect(parseOptions(['step', '--json', 'b.json', '--repeats=3'])).toEqual({names: ['step'], json: 'b.json', repeats: 3, quick: false});
  expect(parseOptions(['--quick'])).toMatchObject({repeats: 1, quick: true});
});

test('arguments that make no sense are refused', () => {
  expect(() => parseOptions(['--jsn', 'x'])).toThrow("unknown argument '--jsn'");
  expect(() => parseOptions(['--repeats', '0'])).toThrow('--repeats must be a whole number');
  expect(() => parseOptions(['--repeats', 'many'])).toThrow("got 'many'");
  expect(() => parseOptions(['--json='])).toThrow('--json needs a file');
});

test('rows go by their name and by their group', () => {
  expect(selectRows([])).toEqual(rows);
  expect(selectRows(['step']).map(row => `${row.name} ${row.peer}`)).toEqual([
    'simclr-step-r18-cifar pytorch-channels-last',
    'simclr-step-r18-cifar tfjs-stock',
    'simclr-step-quickstart pytorch-channels-last',
  ]);
  expect(selectRows(['simclr-step-quickstart'])).toHaveLength(1);
  expect(() => selectRows(['stpe'])).toThrow("no row or group 'stpe'; there are step, simclr-step-r18-cifar, simclr-step-quickstart");
});

test('the tiny step keeps what makes it that step', () => {
  const [{settings}] = rows;
  expect(tiny(settings)).toMatchObject({depths: [1, 1, 1, 1], channels: 3, size: 32, temperature: 0.5});
});

test('a Python that is not there is no failure', async () => {
  expect(await findPython({...process.env, CONTRASTIVE_PYTHON: 'no-such-python'})).toEqual({
    reason: 'no-such-python: there is no such program; pip install torch, and set CONTRASTIVE_PYTHON to that Python',
  });
});
