import {existsSync} from 'node:fs';
import type {Browser} from 'playwright-core';

/** WebGL by software, so that no graphics card is needed, and no requests of the browser's own. */
const args = [
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Starts Debian's chromium, or that of `CONTRASTIVE_CHROMIUM`; the caller closes it.
 *
 * @param more Arguments besides those that all get.
 * @throws `Error` where there is none, with what to do.
 */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env.CONTRASTIVE_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `Expected chromium as ${executablePath}, found none; do apt-get install -y chromium, or set ` +
        'CONTRASTIVE_CHROMIUM to where it is.',
    );
  }
  const {chromium} = await import('playwright-core');
  // Its sandbox does not start as root, and the pages are ours.
  return chromium.launch({executablePath, args: [...args, ...more], chromiumSandbox: false});
}
