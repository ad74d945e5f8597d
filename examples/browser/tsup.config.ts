import {library} from '../../tsup.base.js';

/** The program that builds and serves the page; the page itself is built by vite, as `vite.config.ts` says. */
export default library({entry: ['src/main.ts']});
