import {defineCommand, runMain} from 'citty';
import {reportError} from './command/report-error.js';
import {packageRoot, packageVersion} from './package-root.js';
import {SetUpError} from './set-up/set-up-error.js';

const verbose = {type: 'boolean', description: 'Show where an error came from.', default: false} as const;

/** Refuses options that the commands do not have: they are misspelt. */
function refuseUnknown(rawArgs: readonly string[]): void {
  const unknown = rawArgs.find(argument => argument.startsWith('-') && argument !== '--verbose');
  if (unknown !== undefined) {
    throw new RangeError(`there is no option ${unknown}; see contrastive-backend --help.`);
  }
}

/** A command whose errors are one message and an exit code: 130 after an interruption, else 1. */
function command(name: string, description: string, action: () => Promise<number>) {
  return defineCommand({
    meta: {name, description},
    args: {verbose},
    async run({args: given, rawArgs}) {
      try {
        refuseUnknown(rawArgs);
        process.exitCode = await action();
      } catch (error) {
        reportError(error, given.verbose);
        process.exitCode = error instanceof SetUpError && error.failure === 'interrupted' ? 130 : 1;
      }
    },
  });
}

await runMain(
  defineCommand({
    meta: {
      name: 'contrastive-backend',
      version: packageVersion(packageRoot()),
      description: 'Sets up native TensorFlow for TensorFlow.js, and says what is there.',
    },
    subCommands: {
      setup: command('setup', 'Set up native TensorFlow for this project.', async () => {
        const {setup} = await import('./command/setup.js');
        return setup();
      }),
      doctor: command('doctor', 'Say what was found here, and what is wrong.', async () => {
        const {doctor} = await import('./command/doctor.js');
        return doctor();
      }),
    },
  }),
);
