/**
 * Holds the direction of imports, as scripts/arrows.mjs has it: each import of another package is allowed, declared in
 * the importer's package.json, and of types alone or dynamic where the arrow says so; what runs anywhere imports nothing
 * of Node; no package of ours is a peer of another, and what is private is bundled.
 */
import {readFileSync, readdirSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import {join, relative, sep} from 'node:path';
import {ANYWHERE, ARROWS, importsIn, target} from './arrows.mjs';
import {Failure, main, root} from './processes.mjs';

/** What is wrong with one import of a file, undefined when nothing is. */
function problem(name, manifest, inNode, {specifier, typeOnly, dynamic}) {
  if (isBuiltin(specifier) || specifier.endsWith('/node'))
    if (!inNode && ANYWHERE.includes(name)) return `'${specifier}' is of Node, and ${name} runs anywhere.`;
  if (isBuiltin(specifier) || specifier.startsWith('.')) return undefined;
  const {dependency, ours} = target(specifier);
  const {dependencies = {}, peerDependencies = {}, devDependencies = {}} = manifest;
  const bundled = ours === 'internal';
  const has = arrow => ARROWS[name].imports.includes(arrow);
  const optional = ours !== undefined && has(`optional:${ours}`);
  if (bundled || optional) {
    if (!(dependency in devDependencies) || dependency in dependencies)
      return `'${dependency}' must be in the package's devDependencies, and nowhere else.`;
    return optional && !dynamic && !typeOnly ? `'${specifier}' must be a dynamic import.` : undefined;
  }
  if (!(dependency in {...dependencies, ...peerDependencies}))
    return `'${dependency}' is not in the package's dependencies or peers.`;
  if (ours === undefined || has(ours)) return undefined;
  if (!has(`type:${ours}`)) return `${name} may not import ${ours}.`;
  return typeOnly ? undefined : `${name} may import only types of ${ours}: write \`import type\`.`;
}

/** What is wrong with one package's imports, a line each. */
function problems(name) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const found = Object.keys(manifest.peerDependencies ?? {})
    .filter(peer => target(peer).ours)
    .map(peer => `packages/${name}/package.json: '${peer}' is a peer; a package of ours must be a dependency.`);
  if (!ARROWS[name]) return [...found, `packages/${name} has no entry in scripts/arrows.mjs: say what it may import.`];
  const source = join(folder, 'src');
  for (const entry of readdirSync(source, {withFileTypes: true, recursive: true})) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const inNode = path => /^node(\.|$)/.test(relative(source, path).split(sep)[0]);
    for (const one of importsIn(readFileSync(file, 'utf8'))) {
      const path = join(file, '..', one.specifier);
      const wrong = !one.specifier.startsWith('.')
        ? problem(name, manifest, inNode(file), one)
        : !path.startsWith(source)
          ? `'${one.specifier}' leaves the package.`
          : ANYWHERE.includes(name) && inNode(path) && !inNode(file)
            ? `'${one.specifier}' is of the entry for Node, and ${name} runs anywhere.`
            : undefined;
      if (wrong) found.push(`${relative(root, file)}: ${wrong}`);
    }
  }
  return found;
}

await main(() => {
  const names = readdirSync(join(root, 'packages'));
  const found = names.flatMap(problems);
  for (const [name, {imports, anywhere}] of Object.entries(ARROWS)) {
    if (!names.includes(name)) found.push(`scripts/arrows.mjs: there is no packages/${name}.`);
    const heavy = imports.filter(other => anywhere && !ANYWHERE.includes(other.replace(/^type:/, '')));
    if (heavy.length > 0) found.push(`scripts/arrows.mjs: ${name} runs anywhere, but not ${heavy.join(', ')}.`);
  }
  if (found.length > 0) throw new Failure(found.join('\n'));
});
