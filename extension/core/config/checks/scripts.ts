import { t } from '@vscode/l10n';
import { joinPath } from '../../mmar/environment.ts';
import type { CheckContext } from '../context.ts';
import type { Finding, Range, TextEdit } from '../finding.ts';
import { found, type Check, type Code } from './check.ts';

const argument: Code = {
  code: 'script-arguments',
  severity: 'warning',
  summary: 'The first argument of a script is taken for the GPU and for an option',
};
const config: Code = {
  code: 'script-missing-config',
  severity: 'error',
  summary: 'A script starts a config that the MMAR does not have',
};
const port: Code = {
  code: 'script-fixed-port',
  severity: 'warning',
  summary: 'A script uses a port or a number of processes that is fixed',
};
const lost: Code = {
  code: 'script-lost-options',
  severity: 'error',
  summary: 'A line of a command does not belong to it, since a backslash is missing',
};
const clear: Code = {
  code: 'script-clear',
  severity: 'info',
  summary: 'A script clears the terminal, which a job does not have',
};
const gpus: Code = {
  code: 'script-multi-gpu',
  severity: 'error',
  summary: 'A script starts as many processes as its flags deny',
};
const wipes: Code = {
  code: 'script-deletes',
  severity: 'warning',
  summary: 'A script deletes a folder of models before it starts',
};

/** Flags the traps of the scripts that Clara's examples ship. */
export const scripts: Check = {
  codes: [argument, config, port, lost, clear, gpus, wipes],
  kinds: ['script'],
  run: ({ doc: { text } }, context) => {
    const code = withoutComments(text);
    return [
      ...sharedArgument(code),
      ...missingConfig(code, context),
      ...fixedPort(code),
      ...lostLines(code),
      ...cleared(code),
      ...flags(code),
      ...deleting(code),
    ];
  },
};

/** Comments become spaces, so that all places stay. */
const withoutComments = (text: string): string =>
  text.replace(
    /(^|[\s;])(#[^\n]*)/g,
    (_, before: string, comment: string) => before + ' '.repeat(comment.length),
  );

const rangeOfMatch = (match: RegExpMatchArray, group = 0): Range => {
  const whole = match[0];
  const part = match[group] ?? whole;
  return { offset: (match.index ?? 0) + whole.indexOf(part), length: part.length };
};

function sharedArgument(code: string): Finding[] {
  const gpu = /^[ \t]*(?:export[ \t]+)?(\w+)=["']?\$\{?1\b[^\n]*/m.exec(code);
  const all = /=["']?\$[*@]/.exec(code);
  if (!gpu || !all || /^[ \t]*shift\b/m.test(code)) return [];
  const message = t(
    'The first argument is the GPU here, and with all others an option of the training below: "5 epochs=2" passes a stray 5, "epochs=2" hides all GPUs. Write "shift" in between.',
  );
  const range = rangeOfMatch(gpu);
  const edit: TextEdit = {
    range: { offset: range.offset + range.length, length: 0 },
    text: '\nshift',
  };
  return [found(argument, range, message, { fixes: [{ title: t('Add "shift"'), edits: [edit] }] })];
}

function missingConfig(code: string, { facts }: CheckContext): Finding[] {
  const files = [
    ...code.matchAll(
      /(?:^|\s)(?:-c|--train_config|-e|--env)[ \t=]+["']?((?:\$MMAR_ROOT\/|\$\{MMAR_ROOT\}\/)?config\/[\w.-]+\.json)/g,
    ),
  ];
  return files.flatMap(match => {
    const file = (match[1] ?? '').replace(/^\$\{?MMAR_ROOT\}?\//, '');
    if (facts.root === undefined || facts.fileExists(joinPath(facts.root, file)) !== false)
      return [];
    return [found(config, rangeOfMatch(match, 1), t('The MMAR has no {0}.', file))];
  });
}

function fixedPort(code: string): Finding[] {
  return [...code.matchAll(/--master_port[= ]["']?(\d+)/g)].map(match =>
    found(
      port,
      rangeOfMatch(match),
      t(
        'Two jobs on one node cannot both have the port {0}: take one per job, as ${MASTER_PORT:-{0}}.',
        match[1] ?? '',
      ),
    ),
  );
}

/** An option at the start of a line belongs to the command before, if that goes on. */
function lostLines(code: string): Finding[] {
  const lines = code.split('\n');
  let offset = 0;
  return lines.flatMap((line, i) => {
    const at = offset;
    offset += line.length + 1;
    const before = lines[i - 1] ?? '';
    const isOption = /^[ \t]*(--?[A-Za-z]|\$\{?additional_options|[A-Za-z_]\w*=\S+[ \t]*\\?$)/.test(
      line,
    );
    if (!isOption || before.trim() === '' || /\\[ \t]*$/.test(before)) return [];
    if (!/(^|\s)(--?[a-z]|medl\.|\\$)/.test(before) || !inCommand(lines, i)) return [];
    const start = at + line.search(/\S/);
    const end = at - 1;
    return [
      found(
        lost,
        { offset: start, length: line.trim().length },
        t(
          'The line before does not end in a backslash, so this is a command of its own and the options are lost.',
        ),
        {
          fixes: [
            {
              title: t('Add the backslash'),
              edits: [{ range: { offset: end, length: 0 }, text: ' \\' }],
            },
          ],
        },
      ),
    ];
  });
}

/** Whether the lines before are one command of several lines. */
function inCommand(lines: readonly string[], i: number): boolean {
  const line = lines[i] ?? '';
  if (/^[ \t]*(--?[A-Za-z]|\$\{?additional_options)/.test(line)) return true;
  return /\\[ \t]*$/.test(lines[i - 2] ?? '') && /=\S+[ \t]*$/.test(lines[i - 1] ?? '');
}

const cleared = (code: string): Finding[] =>
  [...code.matchAll(/^[ \t]*(clear)[ \t]*;?[ \t]*$/gm)].map(match =>
    found(
      clear,
      rangeOfMatch(match, 1),
      t('A job has no terminal to clear: this fails, or litters the log.'),
    ),
  );

function flags(code: string): Finding[] {
  const several = /torch\.distributed\.(launch|run)|torchrun/.test(code);
  const flag = /\bmulti_gpu=(\w+)/.exec(code);
  if (!flag) {
    const start = /torch\.distributed\.(?:launch|run)|torchrun/.exec(code);
    return start && /medl\.apps\.(train|evaluate)/.test(code)
      ? [
          found(
            gpus,
            rangeOfMatch(start),
            t(
              'Several processes are started, but "--set multi_gpu=True" is missing: each trains for itself.',
            ),
          ),
        ]
      : [];
  }
  const says = /^true$/i.test(flag[1] ?? '');
  if (says === several) return [];
  const message = several
    ? t('Several processes are started, but multi_gpu is not True: each trains for itself.')
    : t('One process is started, but multi_gpu is True: it waits for others.');
  return [found(gpus, rangeOfMatch(flag), message)];
}

const deleting = (code: string): Finding[] =>
  [...code.matchAll(/^[ \t]*(rm[ \t]+-\w*r\w*[ \t]+[^\n;&|]+)/gm)].map(match =>
    found(
      wipes,
      rangeOfMatch(match, 1),
      t('This deletes what an earlier run left, models included.'),
    ),
  );
