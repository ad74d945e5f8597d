import {readFileSync} from 'node:fs';
import {build} from 'esbuild';
import {expect, test} from 'vitest';
import {SCRIPT, STYLE} from '../../src/report/page-source.js';

const folder = new URL('../../src/report/browser/', import.meta.url);

test('script and style are what browser/ bundles to, and end no element', async () => {
  const common = {bundle: true, minify: true, write: false, charset: 'ascii', legalComments: 'none'} as const;
  const target = ['chrome110', 'firefox110', 'safari16'];
  const of = async (entry: string, options: object): Promise<string> => {
    const {outputFiles} = await build({...common, target, ...options, entryPoints: [new URL(entry, folder).pathname]});
    return outputFiles[0].text.trim();
  };
  expect(SCRIPT).toBe(await of('main.ts', {format: 'iife', platform: 'browser'}));
  expect(STYLE).toBe(await of('style.css', {}));
  expect(SCRIPT + STYLE).not.toMatch(/<\/(script|style)|<!--/i);
});

test('every colour that is used is defined', () => {
  const css = ['style.css', '../../look/base.css'].map(name => readFileSync(new URL(name, folder), 'utf8')).join('');
  const defined = new Set([...css.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  const used = [...css.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name);
  expect(used.filter(name => !defined.has(name))).toEqual([]);
});
