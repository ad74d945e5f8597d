import {chromium} from 'playwright-core';
import {preview} from 'vite';
const out = '/tmp/w/pgshots/page';
const server = await preview({root: '.', logLevel: 'warn', build: {outDir: out}, preview: {host: '127.0.0.1', port: 4555}});
const url = server.resolvedUrls.local[0];
const [backend = 'wasm', steps = '60', more = '', size = ''] = process.argv.slice(2);
const args = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', ...more.split(' ').filter(Boolean)];
const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args, chromiumSandbox: false});
const page = await browser.newPage({viewport: {width: 1200, height: 800}});
page.on('console', m => console.log('console', m.type(), m.text()));
page.on('pageerror', e => console.log('pageerror', e.message));
await page.goto(url);
await page.waitForFunction(() => !/Looking/.test(document.querySelector('#backend').textContent), null, {timeout: 60000});
await page.screenshot({path: '/tmp/w/pgshots/0-empty.png', fullPage: true});
if (backend) { await page.selectOption('#runs-on', backend); }
await page.click('#sample');
await page.waitForFunction(() => /to train on/.test(document.querySelector('#status').textContent), null, {timeout: 60000});
console.log(await page.textContent('#backend'));
await page.fill('#steps', steps);
if (size) await page.fill('#size', size);
console.log('batch', await page.inputValue('#batch-size'), 'size', await page.inputValue('#size'));
await page.screenshot({path: '/tmp/w/pgshots/1-set.png', fullPage: true});
const began = Date.now();
await page.click('#start');
let shot = false;
for (;;) {
  await page.waitForTimeout(2000);
  const text = await page.textContent('#status');
  const facts = await page.locator('.facts').innerText();
  if (!shot && /[1-9]\d* steps are done/.test(text)) { shot = true; await page.screenshot({path: '/tmp/w/pgshots/2-mid.png', fullPage: true}); }
  if (/Trained for/.test(text) || (await page.locator('#status.wrong').count()) > 0 || Date.now() - began > 240000) { console.log(text, '|', facts.replace(/\n/g, ' ')); break; }
}
console.log('seconds', (Date.now() - began) / 1000, await page.textContent('#neighbours-note'));
await page.screenshot({path: '/tmp/w/pgshots/3-light.png', fullPage: true});
await page.emulateMedia({colorScheme: 'dark'});
await page.waitForTimeout(300);
await page.screenshot({path: '/tmp/w/pgshots/4-dark.png', fullPage: true});
await page.emulateMedia({colorScheme: 'light'});
await page.setViewportSize({width: 390, height: 844});
await page.waitForTimeout(500);
await page.screenshot({path: '/tmp/w/pgshots/5-phone.png', fullPage: true});
console.log('width', await page.evaluate(() => document.documentElement.scrollWidth));
await browser.close();
await server.close();
process.exit(0);
