import {command, common} from '../program/command.js';

/** Prints what makes a shell complete commands and flags. */
export const completion = command({
  name: 'completion',
  summary: 'print the script that completes commands and flags in a shell',
  more: `For bash, in ~/.bashrc:              eval "$(contrastive completion bash)"
For zsh, in ~/.zshrc:                eval "$(contrastive completion zsh)"
For fish, once:                      contrastive completion fish > ~/.config/fish/completions/contrastive.fish`,
  settings: {
    shell: {kind: ['bash', 'zsh', 'fish'], argument: true, value: 'SHELL', required: true, about: 'bash, zsh or fish'},
    ...common,
  },
  async run({shell}, {output}) {
    const [{commands}, {scripts}] = await Promise.all([import('./index.js'), import('../program/completion.js')]);
    output.say(scripts[shell](commands));
    return undefined;
  },
});
