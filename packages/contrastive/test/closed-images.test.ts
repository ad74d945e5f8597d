import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import type * as OpenData from '../src/data/open-data.js';
import {photos, temporary} from './images.js';

const path = '../src/data/open-data.js';

/** The command, with how often it opened images, and those that it did not close. */
async function watched() {
  const seen = {opened: 0, open: new Set<object>()};
  // The real ones, counted: what an open source holds shows nowhere until it is asked for much.
  vi.doMock(path, async original => {
    const real = await original<typeof OpenData>();
    return {
      ...real,
      openData: async (...args: Parameters<typeof real.openData>) => {
        const data = await real.openData(...args);
        seen.opened++;
        seen.open.add(data);
        const close = async (): Promise<void> => {
          seen.open.delete(data);
          await data.source.close();
        };
        return {...data, source: {...data.source, close}};
      },
    };
  });
  vi.resetModules(); // other files of tests have loaded the command
  onTestFinished(() => {
    vi.doUnmock(path);
    vi.resetModules();
  });
  const {refusal} = await import('./call.js');
  return {seen, refusal};
}

test('images that pretrain has opened are closed when it cannot go on', async () => {
  const {seen, refusal} = await watched();
  /** What pretrain refuses, after it has opened images so often; none is open any more. */
  const refused = async (opened: number, ...args: readonly string[]): Promise<string> => {
    seen.opened = 0;
    const errors = await refusal(2, 'pretrain', ...args);
    expect(seen).toEqual({opened, open: new Set()});
    return errors;
  };
  const root = temporary();
  const out = ['--out', join(root, 'run')];
  const data = await photos(join(root, 'photos'), 9);
  expect(await refused(1, data, ...out, '--batch', '10')).toContain('expected at most the 9 images of DATA as --batch');
  expect(await refused(1, data, ...out, '--encoder', 'resnet180')).toContain('Did you mean resnet18?');
  expect(await refused(2, 'fashion-mnist', ...out, '--channels', '3')).toContain('expected 1 as --channels, those of');
  const few = await photos(join(root, 'few'), 3);
  expect(await refused(1, few, ...out)).toContain('because each is told from others, got 3 images.');
});
