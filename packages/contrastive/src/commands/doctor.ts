import {command, common} from '../program/command.js';
import {version} from '../run/version.js';

/** Says what there is of TensorFlow on this machine. */
export const doctor = command({
  name: 'doctor',
  summary: 'say what was found on this machine, and what is wrong',
  more: 'Exits with 1 if something is wrong.',
  settings: common,
  async run(_values, {output}) {
    const {examine} = await import('@contrastive/backend');
    const {text, problems} = await examine();
    output.say(`contrastive ${version()}, ${text.trimEnd()}`); // which begins with the version of its own package
    output.record({event: 'doctor', text, problems});
    return problems.length === 0 ? 0 : 1;
  },
});
