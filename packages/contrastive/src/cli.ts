import {CommanderError} from 'commander';
import {commands} from './commands/index.js';
import {createOutput} from './output/output.js';
import {buildProgram, type Asked} from './program/build.js';
import {exitCodes} from './program/exit-codes.js';
import {misspelt} from './program/misspelt.js';
import {reportError} from './program/report-error.js';
import {version} from './run/version.js';

/** What the arguments ask for; nothing where help or the version was all. */
async function read(args: readonly string[]): Promise<Asked | undefined> {
  let asked: Asked | undefined;
  const program = buildProgram(commands, version(), found => {
    asked = found;
  });
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : args, {from: 'user'});
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw misspelt(error, args, commands);
  }
  return asked;
}

/** Does what the arguments ask for, and says what goes wrong; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const output = createOutput(args.includes('--json'));
  try {
    const asked = await read(args);
    if (asked === undefined) return exitCodes.done;
    const {command, given} = asked;
    const {resolveValues} = await import('./configuration/resolve.js');
    const values = await resolveValues(command.name, command.settings, given);
    return (await command.run(values, {output})) ?? exitCodes.done;
  } catch (error) {
    return reportError(error, output, args.includes('--verbose'));
  }
}
