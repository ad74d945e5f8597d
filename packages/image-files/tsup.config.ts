import {library} from '../../tsup.base.js';

export default library({
  entry: ['src/index.ts', 'src/worker.ts'],
  external: ['@contrastive/fashion-mnist'], // installed only where it is wanted
});
