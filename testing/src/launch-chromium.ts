import type {Browser} from 'playwright-core';
import {advice, find} from '../../scripts/tools.mjs';

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

/** Arguments with which it offers WebGPU too, by software. */
export const webGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];

/**
 * Starts chromium; the caller closes it.
 *
 * @param more Arguments besides those that all get.
 * @throws `Error` where there is none, with what to do.
 */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = find('chromium');
  if (executablePath === undefined) throw new Error(`launchChromium: ${advice('chromium')}.`);
  const {chromium} = await import('playwright-core');
  // Its sandbox does not start as root, and the pages are ours.
  return chromium.launch({executablePath, args: [...args, ...more], chromiumSandbox: false});
}
