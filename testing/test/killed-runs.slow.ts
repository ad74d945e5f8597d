import {appendFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {makeImages, survive, type Kind} from './killed-runs.js';

/** As many moments as are asked for, over both methods, all sources, and one or several steps a read. */
const KILLS = 200;

const kinds: Kind[] = (['simclr', 'moco'] as const).flatMap(method =>
  (['arrays', 'folder', 'shards', 'parquet'] as const).map((source, i) => ({method, source, readEvery: i % 2 ? 4 : 1})),
);

test(`${KILLS} runs that are killed at random moments end as if nothing had happened`, async () => {
  const images = await makeImages();
  const log = join(tmpdir(), 'killed-runs.log'); // for docs/killed-runs.md
  writeFileSync(log, '');
  for (const kind of kinds) {
    const survival = await survive(images.root, images.of[kind.source], kind, KILLS / kinds.length);
    appendFileSync(log, survival.log.map(line => `${line}\n`).join(''));
    expect(survival.kills).toBeGreaterThanOrEqual(KILLS / kinds.length);
  }
  rmSync(images.root, {recursive: true});
});
