import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';

/** A folder that is gone when the test has ended; for a test, or a hook before each. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'contrastive-'));
  onTestFinished(() => {
    rmSync(folder, {recursive: true, force: true});
  });
  return folder;
}
