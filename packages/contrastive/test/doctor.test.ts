import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {call, refusal} from './call.js';

test('says what there is, and ends with 1 where something is wrong', async () => {
  const tensors = tf.memory().numTensors;
  const {code, out, errors} = await call('doctor');
  expect(errors).toBe('');
  expect(out).toMatch(/^contrastive \d[\d.]*, contrastive-backend \d/);
  expect(out).toMatch(new RegExp(`Node +${process.versions.node.replaceAll('.', '\\.')} `));
  const {out: line, code: again} = await call('doctor', '--json');
  const {text, problems, ...rest} = JSON.parse(line) as {
    readonly event: string;
    readonly text: string;
    readonly problems: readonly string[];
  };
  expect(rest).toEqual({event: 'doctor'});
  // Times are others each time.
  const [said, told] = [out.replace(/^contrastive [\d.]+, /, ''), text].map(all =>
    all
      .trimEnd()
      .split('\n')
      .map(line => line.slice(0, 17)),
  );
  expect(said).toEqual(told);
  expect([code, again]).toEqual(problems.length === 0 ? [0, 0] : [1, 1]);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('takes nothing', async () => {
  expect(await refusal(2, 'doctor', 'now')).toContain('expected flags alone, got now too.\nLeave that out.');
});
