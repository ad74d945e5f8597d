import {join} from 'node:path';
import {imageFiles} from '@contrastive/image-files';
import {extractFeatures} from '@contrastive/linear-probe';
import {launchChromium, openPage} from '@contrastive/testing';
import type {BrowserContextOptions} from 'playwright-core';
import {createFinder} from '../../src/search-page/finder.js';
import {createNearest, quantise} from '../../src/search-page/quantised.js';
import {writeSite} from '../../src/search-page/site/write-site.js';
import {recorded} from '../images.js';
import {makeGallery} from './gallery.js';
import {hostFolder, serveGallery, TOKEN} from './serving.js';

/** Both pages that search a gallery, and a browser to open them. */
export type Pages = Awaited<ReturnType<typeof makePages>>;

/** A gallery, served as the command does, and as a site that a host has. */
export async function makePages() {
  const gallery = await makeGallery();
  const {opened, bank, data, root} = gallery;
  const serving = await serveGallery(gallery);
  const site = join(root, 'site');
  const parts = {opened, bank, data, k: 12, title: 'photos', encoder: 'encoder'};
  await writeSite('test', site, parts, false, recorded().output);
  const hosting = await hostFolder(root);
  const browser = await launchChromium();
  const own = [serving.origin, hosting.origin, 'file:', 'blob:', 'data:'];
  return {
    gallery,
    /** Where the program listens. */
    origin: serving.origin,
    /** The address that the program shows. */
    served: (): string => `${serving.origin}/#token=${TOKEN}`,
    /** The folder of the site. */
    site,
    siteUrl: `${hosting.origin}/pages/site/index.html`,
    open: async (url: string, options: BrowserContextOptions = {}) => openPage(browser, url, own, options),
    /** What Node finds for a file: by whole features, as the program does, and by rounded ones, as a site does. */
    async inNode(bytes: Buffer) {
      const finder = createFinder(opened, bank, data, 12);
      const query = await imageFiles([{path: 'query', bytes}], {channels: 3, workers: 0});
      const {data: features} = await extractFeatures(opened.encoder, query);
      const rounded = createNearest(quantise(bank))(features, 12);
      return {
        whole: (await finder.nearBytes(bytes)).map(({name}) => name),
        rounded: rounded.map(({row}) => finder.shown(row).name),
        features,
      };
    },
    async close() {
      await browser.close();
      hosting.close();
      await serving.close();
      await gallery.close();
    },
  };
}
