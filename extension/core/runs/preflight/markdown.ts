import { t } from '@vscode/l10n';
import type { PlacedFinding } from './findings.ts';
import type { PreflightMemory, PreflightReport, TransformList } from './report.ts';

export interface MarkdownInput {
  readonly mmar: string;
  readonly config: string;
  readonly cluster: string;
  readonly report: PreflightReport;
  /** With the lines, counted from 1, that they are at. */
  readonly findings: readonly (PlacedFinding & { readonly line: number })[];
}

/** The report for people: verdict, faults, stages, transforms with shapes, memory. */
export function preflightMarkdown(input: MarkdownInput): string {
  const { report, mmar, config, cluster } = input;
  return [
    `# ${t('Preflight of {0}', code(mmar))}`,
    `${code(config)} ${t('on {0}', code(cluster))}. ${verdict(report, input.findings.length)}`,
    ...faultLines(input),
    ...stageLines(report),
    ...(report.step ? stepLines(report) : []),
    ...report.transforms.flatMap(transformLines),
    ...memoryLines(report),
    versionLine(report),
  ].join('\n\n');
}

/** One sentence that says how it went. */
export function verdict(report: PreflightReport, count: number): string {
  const seconds = report.seconds.toFixed(0);
  if (!report.finished)
    return t(
      'It broke off in the stage "{0}". Findings before: {1}.',
      stageName(report.stages.at(-1)?.name ?? ''),
      count,
    );
  if (report.ok)
    return count === 0
      ? t('No faults, in {0} s.', seconds)
      : t('No errors, warnings: {0}, in {1} s.', count, seconds);
  return t('Findings: {0}, in {1} s.', count, seconds);
}

/** Names of the stages, in the words of the user. */
export function stageName(stage: string): string {
  const names: Readonly<Record<string, () => string>> = {
    load: () => t('loading MONAI'),
    signatures: () => t('checking arguments'),
    components: () => t('building components'),
    transforms: () => t('transforming a training case'),
    step: () => t('one training step'),
    validation: () => t('validating a case'),
    rehearsal: () => t('running the engines'),
    configs: () => t('trying validation and inference configs'),
    memory: () => t('estimating memory'),
  };
  return names[stage]?.() ?? stage;
}

/** Memory in words: a lower bound, and shown as such. */
export function memoryText(memory: PreflightMemory): string {
  const bound = t(
    'A step with an input of {0} takes at least {1} (weights {2}, gradients {3}, optimizer {4}, activations {5}). The real peak is higher.',
    memory.input.join(' x '),
    ...[memory.atLeast, memory.weights, memory.gradients, memory.optimizer, memory.activations].map(
      bytesText,
    ),
  );
  const half = memory.half ? ` ${t('Mixed precision: half of the activations is counted.')}` : '';
  const peak =
    memory.measured === undefined
      ? ''
      : ` ${t('One real step on the GPU took {0}.', bytesText(memory.measured))}`;
  return bound + half + peak;
}

export function bytesText(bytes: number): string {
  const [size, unit] =
    bytes >= 2 ** 30
      ? [bytes / 2 ** 30, 'GiB']
      : bytes >= 2 ** 20
        ? [bytes / 2 ** 20, 'MiB']
        : [bytes / 2 ** 10, 'KiB'];
  return `${size >= 100 ? size.toFixed(0) : size.toFixed(1)} ${unit}`;
}

/** Names come from outside: in a code span nothing of them is Markdown or HTML. */
export function code(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').replaceAll('|', '\u2502');
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(run => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return clean === '' ? '' : `${fence}${pad}${clean}${pad}${fence}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');

function faultLines({ report, findings }: MarkdownInput): string[] {
  if (findings.length === 0) return [];
  const rows = findings.map(({ file, line, finding }) => [
    finding.severity === 'error' ? t('error') : t('warning'),
    code(`${file}:${line}`),
    code(finding.message),
  ]);
  const blocked = report.blocked.length;
  return [
    `## ${t('Findings')}`,
    table([t('severity'), t('where'), t('what')], rows),
    ...(blocked > 0
      ? [t('{0} components could not be tried, because of what they refer to.', blocked)]
      : []),
  ];
}

function stageLines(report: PreflightReport): string[] {
  const states = { passed: t('passed'), failed: t('failed'), skipped: t('skipped') };
  const rows = report.stages.map(stage => [
    stageName(stage.name),
    states[stage.state] + (stage.skipped === '' ? '' : `: ${stage.skipped}`),
    stage.seconds.toFixed(1),
  ]);
  return [`## ${t('Stages')}`, table([t('stage'), t('result'), t('seconds')], rows)];
}

function stepLines({ step }: PreflightReport): string[] {
  if (!step) return [];
  const loss = step.loss === undefined ? '' : t('Loss {0}.', step.loss.toPrecision(4));
  return [
    `## ${t('Training step')}`,
    [
      t('Smallest input that the network takes: {0}.', code(step.input.join(' x '))),
      t('Output: {0}.', code(step.output.join(' x '))),
      loss,
    ].join(' '),
  ];
}

function transformLines({ config, section, list, steps }: TransformList): string[] {
  if (steps.length === 0) return [];
  const after = list === 'postprocessing';
  const where = [config === 'train' ? '' : config, section].filter(Boolean).join(' ');
  const keys = [...new Set(steps.flatMap(step => Object.keys(step.shapes)))];
  const rows = steps.map(step => [
    code(step.name),
    (step.seconds * 1000).toFixed(0),
    ...keys.map(key => shapeText(step.shapes[key], step.samples)),
  ]);
  const title = after
    ? t('Post transforms of {0}', where || config)
    : t('Transforms of {0}', where || config);
  return [`## ${title}`, table([t('transform'), t('ms'), ...keys.map(code)], rows)];
}

const shapeText = (shape: readonly number[] | undefined, samples: number): string =>
  shape === undefined ? '' : `${shape.join(' x ')}${samples > 1 ? ` (${samples})` : ''}`;

function memoryLines({ memory, device, stages }: PreflightReport): string[] {
  const why = stages.find(stage => stage.name === 'memory')?.skipped ?? '';
  if (!memory) return why === '' ? [] : [`## ${t('Memory')}`, why];
  const total =
    device?.total === undefined
      ? ''
      : ` ${t('{0} has {1}.', code(device.name), bytesText(device.total))}`;
  return [`## ${t('Memory')}`, memoryText(memory) + total];
}

const versionLine = ({ versions }: PreflightReport): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${code(version)}`)
    .join(', ');
