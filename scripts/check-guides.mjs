/** Compiles the TypeScript of the documents, each as one program, against the packages as they are built. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {GUIDES, programOf} from './guides.mjs';
import {bin, main, root} from './processes.mjs';

const dist = (name, entry) => [join(root, 'packages', name, 'dist', `${entry}.d.ts`)];

await main(async () => {
  mkdirSync(join(root, 'testing', 'runs'), {recursive: true});
  const folder = mkdtempSync(join(root, 'testing', 'runs', 'compiled-')); // where the packages of others are found
  try {
    for (const guide of GUIDES) {
      const {typed, text} = programOf(guide);
      if (typed) writeFileSync(join(folder, `${guide.path.replaceAll('/', '-')}.ts`), text);
    }
    const paths = {
      contrastive: dist('contrastive', 'index'),
      '@contrastive/*/testing': dist('*', 'testing'),
      '@contrastive/*/node': dist('*', 'node'),
      '@contrastive/*': dist('*', 'index'),
    };
    const compilerOptions = {paths, noUnusedLocals: false, typeRoots: [join(root, 'node_modules', '@types')]};
    const tsconfig = {extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts']};
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    await bin('tsc', ['--project', folder], {quiet: true});
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});
