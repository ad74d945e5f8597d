/**
 * `node scripts/source-lines.mjs`: how many lines of source there are: without blank lines and comments, and in all.
 * Tests, golden values, generated code and configuration do not count.
 */
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import ts from 'typescript';
import {main, root} from './processes.mjs';

const SOURCE = /^(packages|examples|bench|testing)\/.*\.(ts|mjs|js|html)$|^scripts\/[^/]*\.mjs$/;
const NO_SOURCE = /\/(test|dist|assembly)\/|\.config\.ts$|\.d\.ts$|\/kernels\/module\.ts$/;

/** The lines on which a token of the language begins or ends: the others are blank or comments. */
function codeLines(name, text) {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const lines = new Set();
  const visit = node => {
    if (node.getChildCount(file) > 0) {
      for (const child of node.getChildren(file)) if (!ts.isJSDoc(child)) visit(child);
      return;
    }
    const [from, to] = [node.getStart(file), node.getEnd()].map(at => file.getLineAndCharacterOfPosition(at).line);
    if (node.kind !== ts.SyntaxKind.EndOfFileToken) for (let line = from; line <= to; line++) lines.add(line);
  };
  visit(file);
  return lines.size;
}

await main(() => {
  const names = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {cwd: root})
    .toString()
    .split('\n')
    .filter(name => SOURCE.test(name) && !NO_SOURCE.test(name) && existsSync(join(root, name)));
  const parts = new Map();
  for (const name of names) {
    const text = readFileSync(join(root, name), 'utf8');
    const part = name.split('/').slice(0, name.startsWith('scripts/') || /^(bench|testing)\//.test(name) ? 1 : 2);
    const [code, all] = parts.get(part.join('/')) ?? [0, 0];
    parts.set(part.join('/'), [code + codeLines(name, text), all + text.split('\n').length - 1]);
  }
  const total = [...parts.values()].reduce(([a, b], [code, all]) => [a + code, b + all], [0, 0]);
  const width = Math.max(...[...parts.keys()].map(part => part.length));
  console.log(`${''.padEnd(width)}    code     all`);
  for (const [part, [code, all]] of [...parts, ['total', total]])
    console.log(`${part.padEnd(width)} ${String(code).padStart(7)} ${String(all).padStart(7)}`);
});
