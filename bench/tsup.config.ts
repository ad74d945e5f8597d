import {library} from '../tsup.base.js';

export default library({
  entry: ['src/main.ts', 'src/ours.ts', 'src/probe.ts', 'src/profile-step.ts', 'src/stock.ts', 'src/views.ts'],
});
