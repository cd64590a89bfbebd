import type { Command, Option } from './command.ts';
import { COMMON } from './parse.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Shell completion, made from the declarations; `commands` is asked late, for it is among them. */
export const completion = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'Prints the completion script for a shell.',
  args: [{ name: 'SHELL', help: 'bash, zsh or fish', choices: SHELLS }],
  options: [],
  examples: [
    { line: 'source <(tocsin completion bash)', does: 'For this shell; put it in ~/.bashrc.' },
    { line: 'tocsin completion zsh > ~/.zfunc/_tocsin', does: 'With ~/.zfunc in fpath.' },
    {
      line: 'tocsin completion fish > ~/.config/fish/completions/tocsin.fish',
      does: 'For fish.',
    },
  ],
  async run(given, world) {
    const make = { bash, zsh, fish }[given.args[0] as (typeof SHELLS)[number]];
    world.stdout.write(make(commands()));
    return 0;
  },
});

interface Place {
  /** Words before: `users add`. */
  readonly path: string;
  readonly command: Command;
}

const places = (commands: readonly Command[]): Place[] =>
  commands.flatMap((command) => [
    { path: command.name, command },
    ...(command.below ?? []).map((c) => ({ path: `${command.name} ${c.name}`, command: c })),
  ]);

const shown = (command: Command): Option[] =>
  [...command.options, ...COMMON].filter((o) => !o.name.endsWith('*'));

const words = (command: Command): string[] => [
  ...(command.below ?? []).map((c) => c.name),
  ...command.args.flatMap((a) => a.choices ?? []),
];

/** Values are files where the declaration calls them so. */
const takesFile = (option: Option): boolean => /FILE|FOLDER/.test(option.value ?? '');
const argTakesFile = (command: Command): boolean =>
  command.args.some((a) => /FILE|FOLDER/.test(a.name));

function bash(commands: readonly Command[]): string {
  const cases = places(commands).map(({ path, command }) => {
    const options = shown(command).map((o) => `--${o.name}`);
    return `    '${path}') words='${[...words(command), ...options].join(' ')}' ;;`;
  });
  const values = new Map<string, string>();
  for (const { path, command } of places(commands))
    for (const option of shown(command)) {
      if (option.choices) values.set(`${path} --${option.name}`, option.choices.join(' '));
      else if (takesFile(option)) values.set(`${path} --${option.name}`, '@files');
      else if (option.type !== 'flag') values.set(`${path} --${option.name}`, '');
    }
  const chosen = [...values].map(([at, list]) => `    '${at}') choices='${list}' ;;`);
  const files = places(commands).filter(({ command }) => argTakesFile(command));
  const top = [...commands.map((c) => c.name), '--help', '--version'].join(' ');
  const second = commands.filter((c) => c.below).map((c) => c.name);
  return `# bash completion of tocsin; made by: tocsin completion bash
_tocsin() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local path=\${COMP_WORDS[1]} words='' choices='none'
  [[ $word == '=' ]] && word=''
  [[ $before == '=' ]] && before=\${COMP_WORDS[COMP_CWORD-2]}
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${top}' -- "$word"))
    return
  fi
  case $path in
    ${second.join('|')}) [[ $COMP_CWORD -gt 2 ]] && path="$path \${COMP_WORDS[2]}" ;;
  esac
  case "$path $before" in
${chosen.join('\n')}
  esac
  if [[ $choices == '@files' ]]; then
    COMPREPLY=($(compgen -f -- "$word"))
    return
  elif [[ $choices != 'none' ]]; then
    COMPREPLY=($(compgen -W "$choices" -- "$word"))
    return
  fi
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  case $path in
    ${files.map(({ path }) => `'${path}'`).join('|')}) COMPREPLY+=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -o bashdefault -F _tocsin tocsin
`;
}

const zshText = (text: string): string => text.replace(/'/g, "'\\''").replace(/[[\]:]/g, '\\$&');

function zsh(commands: readonly Command[]): string {
  const described = (list: readonly Command[]): string =>
    list.map((c) => `'${c.name}:${zshText(c.summary)}'`).join(' ');
  const cases = places(commands).map(({ path, command }) => {
    const options = shown(command).map((o) => `'${zshOption(o)}'`);
    const below = command.below ? [`'1:command:((${zshList(command.below)}))'`] : [];
    const rest = argTakesFile(command)
      ? [`'*:file:_files'`]
      : command.args
          .flatMap((a) => (a.choices ? [a.choices] : []))
          .map((list) => `'*:word:(${list.join(' ')})'`);
    const specs = [...options, ...below, ...rest].join(' \\\n        ');
    return `    '${path}')\n      _arguments \\\n        ${specs} ;;`;
  });
  const second = commands.filter((c) => c.below).map((c) => c.name);
  return `#compdef tocsin
# zsh completion of tocsin; made by: tocsin completion zsh
_tocsin() {
  local -a commands
  commands=(${described(commands)})
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local path_of=$words[2]
  shift words
  (( CURRENT-- ))
  case $path_of in
    ${second.join('|')})
      if (( CURRENT > 2 )); then
        path_of="$path_of $words[2]"
        shift words
        (( CURRENT-- ))
      fi ;;
  esac
  case $path_of in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_tocsin" ]; then _tocsin "$@"; else compdef _tocsin tocsin; fi
`;
}

const zshList = (list: readonly Command[]): string =>
  list.map((c) => `${c.name}\\:"${zshText(c.summary).replace(/"/g, '')}"`).join(' ');

function zshOption(option: Option): string {
  const often = option.type === 'list' ? '*' : '';
  const help = `[${zshText(option.help)}]`;
  if (option.type === 'flag') return `${often}--${option.name}${help}`;
  const how = option.choices ? `(${option.choices.join(' ')})` : takesFile(option) ? '_files' : ' ';
  const value = (option.value ?? 'value').toLowerCase().replace(/[:=[\]]/g, ' ');
  return `${often}--${option.name}=${help}:${value}:${how}`;
}

const fishText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

function fish(commands: readonly Command[]): string {
  const lines = commands.map(
    (c) => `complete -c tocsin -n __fish_use_subcommand -a ${c.name} -d ${fishText(c.summary)}`,
  );
  for (const { path, command } of places(commands)) {
    const when = fishText(
      path
        .split(' ')
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join('; and '),
    );
    for (const word of words(command)) lines.push(`complete -c tocsin -n ${when} -a ${word}`);
    if (argTakesFile(command)) lines.push(`complete -c tocsin -n ${when} -F`);
    for (const o of shown(command)) {
      const value = o.choices
        ? ` -x -a ${fishText(o.choices.join(' '))}`
        : o.type === 'flag'
          ? ''
          : takesFile(o)
            ? ' -r -F'
            : ' -x';
      lines.push(`complete -c tocsin -n ${when} -l ${o.name} -d ${fishText(o.help)}${value}`);
    }
  }
  const head =
    '# fish completion of tocsin; made by: tocsin completion fish\ncomplete -c tocsin -f';
  return `${head}\n${lines.join('\n')}\n`;
}
