/** Relative links that lead nowhere, in documents and in pages. */
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';

const elsewhere = link => /^([a-z][a-z+.-]*:|\/\/)/i.test(link);

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(text) {
  const seen = new Map();
  return new Set(
    [...withoutCode(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => {
      const slug = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

/** A document without its blocks of code. */
const withoutCode = text => text.replace(/^(```|~~~)[^]*?^\1/gm, '');

/** What is wrong with the relative links of documents, a line each. */
export function brokenInDocuments(root, files) {
  const anchors = new Map();
  const anchorsIn = file => {
    if (!anchors.has(file)) anchors.set(file, anchorsOf(readFileSync(file, 'utf8')));
    return anchors.get(file);
  };
  return files.flatMap(name => {
    const file = join(root, name);
    const text = withoutCode(readFileSync(file, 'utf8')).replace(/`[^`\n]*`/g, code => code.replace(/[[\]()]/g, ' '));
    return [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].flatMap(([, link]) => {
      if (elsewhere(link)) return [];
      const [path, anchor] = decodeURI(link).split('#');
      const target = path === '' ? file : resolve(dirname(file), path);
      if (relative(root, target).startsWith('..')) return [`${name}: ${link} leaves the repository.`];
      if (!existsSync(target)) return [`${name}: ${link} leads nowhere.`];
      if (anchor === undefined || !target.endsWith('.md')) return [];
      return anchorsIn(target).has(anchor) ? [] : [`${name}: ${link} names no heading there.`];
    });
  });
}

const ENTITIES = {'&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>'};
const plain = text => text.replace(/&(amp|quot|#39|lt|gt);/g, entity => ENTITIES[entity]);

/** What is wrong with the links of the pages in a folder, a line each; there must be some. */
export function brokenInPages(folder) {
  const pages = readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && entry.name.endsWith('.html'))
    .map(entry => join(entry.parentPath, entry.name));
  if (pages.length === 0) return [`${folder}: expected pages, got none.`];
  const texts = new Map(pages.map(page => [page, readFileSync(page, 'utf8')]));
  const ids = new Map();
  const idsIn = page => {
    if (!ids.has(page)) {
      const found = texts.get(page).matchAll(/\s(?:id|name)="([^"]*)"/g);
      ids.set(page, new Set([...found].map(([, id]) => plain(id))));
    }
    return ids.get(page);
  };
  return [...texts].flatMap(([page, text]) => {
    const links = [...text.matchAll(/<(?:a|link|img|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([, link]) =>
      plain(link),
    );
    return [...new Set(links)].flatMap(link => {
      if (elsewhere(link) || link === '#') return [];
      const [path, anchor] = decodeURI(link).split('#');
      const target = path === '' ? page : resolve(dirname(page), path.replace(/\?.*$/, ''));
      const where = relative(folder, page);
      if (!existsSync(target) || statSync(target).isDirectory()) return [`${where}: ${link} leads nowhere.`];
      if (target.endsWith('.md')) return [`${where}: ${link} leads to a document that is no page.`];
      if (!anchor || !texts.has(target)) return [];
      return idsIn(target).has(anchor) ? [] : [`${where}: ${link} names nothing there.`];
    });
  });
}
