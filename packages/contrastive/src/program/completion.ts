import type {Command} from './command.js';
import {flagOf} from './setting.js';

/** The flags of a command. */
const flagsOf = ({settings}: Command): string[] =>
  Object.entries(settings)
    .filter(([, {argument}]) => !argument)
    .map(([key]) => flagOf(key));

/** One text for bash and for zsh, which takes functions of bash. */
function bash(commands: readonly Command[]): string {
  const cases = commands.map(one => `    ${one.name}) words='${[...flagsOf(one), '--help'].join(' ')}' ;;`);
  return `_contrastive() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({name}) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) COMPREPLY=() ;;
  esac
}
complete -o default -F _contrastive contrastive`;
}

/** Texts in fish stand between apostrophes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap(({name, summary, settings}) => [
    `complete -c contrastive -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...Object.entries(settings)
      .filter(([, {argument}]) => !argument)
      .map(([key, {about, kind}]) => {
        const takes = kind === 'flag' ? '' : ' -r';
        const when = `-n '__fish_seen_subcommand_from ${name}'`;
        return `complete -c contrastive ${when} -l ${flagOf(key).slice(2)}${takes} -d ${quoted(about)}`;
      }),
  ]);
  return lines.join('\n');
}

/** What each shell reads: commands and flags as they are now. */
export const scripts: Readonly<Record<'bash' | 'zsh' | 'fish', (commands: readonly Command[]) => string>> = {
  bash,
  zsh: commands => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`,
  fish,
};
