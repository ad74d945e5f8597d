/**
 * `node scripts/report-page.mjs` bundles packages/contrastive/src/report/browser/ (what runs in a report's page) and
 * writes script and style sheet into packages/contrastive/src/report/page-source.ts; with `--check` it fails when that
 * is not what they bundle to.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {build} from 'esbuild';
import {Failure, main, root} from './processes.mjs';

const folder = join(root, 'packages/contrastive/src/report');
const target = join(folder, 'page-source.ts');
const LINE = 110;

async function bundle(entry, options) {
  const {outputFiles} = await build({
    ...{entryPoints: [join(folder, 'browser', entry)], bundle: true, minify: true, write: false, charset: 'ascii'},
    ...{target: ['chrome110', 'firefox110', 'safari16'], legalComments: 'none', logLevel: 'silent', ...options},
  });
  return outputFiles[0].text.trim();
}

/** A text as lines of literals that add up to it. */
function literal(text) {
  const lines = [];
  for (let at = 0; at < text.length; at += LINE - 10) lines.push(`  ${JSON.stringify(text.slice(at, at + LINE - 10))}`);
  return lines.join(' +\n');
}

async function source() {
  const script = await bundle('main.ts', {format: 'iife', platform: 'browser'});
  const style = await bundle('style.css', {});
  const wrong = /<\/(?:script|style)|<!--/i.exec(script + style);
  if (wrong) throw new Failure(`packages/contrastive/src/report/browser has ${wrong[0]}, which would end its element.`);
  return (
    '// Written by scripts/report-page.mjs from browser/; do not edit.\n\n' +
    `/** What runs in the page. */\nexport const SCRIPT =\n${literal(script)};\n\n` +
    `/** How the page looks. */\nexport const STYLE =\n${literal(style)};\n`
  );
}

await main(async args => {
  const {values} = parseArgs({args, options: {check: {type: 'boolean'}}});
  const text = await source();
  if (!values.check) return writeFileSync(target, text);
  if (readFileSync(target, 'utf8') !== text)
    throw new Failure(
      'packages/contrastive/src/report/page-source.ts is not what packages/contrastive/src/report/browser bundles ' +
        'to: run node scripts/report-page.mjs.',
    );
});
