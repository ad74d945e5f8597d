/**
 * Where each package runs, and what it may import of ours; ARCHITECTURE.md says the same in words. The check of
 * imports, the check of what an install brings and eslint's rules read it here.
 */
const anywhere = (...imports) => ({imports: ['internal', ...imports], anywhere: true});
const node = (...imports) => ({imports: ['internal', ...imports], anywhere: false});

/** `type:` where only types may cross, `optional:` where only a dynamic import may, of what is installed beside. */
export const ARROWS = {
  internal: {imports: [], anywhere: true},
  layers: anywhere(),
  augment: anywhere(),
  data: anywhere('augment'),
  safetensors: anywhere(),
  'image-files': node('data', 'augment', 'optional:fashion-mnist'),
  'fashion-mnist': node(),
  resnet: anywhere('layers'),
  'projection-head': anywhere('layers'),
  losses: anywhere(),
  optim: anywhere(),
  'momentum-queue': anywhere('layers', 'losses'),
  train: anywhere('optim', 'layers', 'type:data', 'safetensors'),
  simclr: anywhere('train', 'losses', 'layers'),
  moco: anywhere('train', 'losses', 'layers', 'momentum-queue'),
  'linear-probe': anywhere('data', 'augment', 'layers', 'optim', 'train'),
  weights: anywhere('augment', 'layers', 'resnet', 'safetensors'),
  backend: node(),
  distributed: node('layers'),
  contrastive: node(
    ...[
      'augment',
      'backend',
      'data',
      'distributed',
      'image-files',
      'layers',
      'linear-probe',
      'losses',
      'moco',
      'momentum-queue',
    ],
    ...['optim', 'projection-head', 'resnet', 'safetensors', 'simclr', 'train', 'weights', 'fashion-mnist'],
  ),
};

/** The packages that run in browsers too: nothing of Node in them, but under their `/node` entry. */
export const ANYWHERE = Object.keys(ARROWS).filter(name => ARROWS[name].anywhere);

/** The folder of a package of ours, by its name; `contrastive` is the only one without a scope. */
export const folderOf = name => name.replace('@contrastive/', '');

/** Where an import leads: the package's name, and that name without our scope where it is ours. */
export function target(specifier) {
  const dependency = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return {
    dependency,
    ours: dependency === 'contrastive' || dependency.startsWith('@contrastive/') ? folderOf(dependency) : undefined,
  };
}

/** The imports in a module's text: what is imported, whether types alone, and whether by `import(…)`. */
export function importsIn(text) {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map(([, type, from, dynamic]) => ({
    specifier: from ?? dynamic,
    typeOnly: type !== undefined,
    dynamic: dynamic !== undefined,
  }));
}
