import { t } from '@vscode/l10n';
import type { Range } from '../finding.ts';

import { idSteps } from '../literal.ts';
import type { ConfigModel } from '../model.ts';
import { fieldOf, nodeAt, rangeOf, type ConfigNode } from '../parse.ts';
import { textValues, sectionsOf, keyOf, type TextValue } from '../walk.ts';
import { found, runKinds, type Check, type Code } from './check.ts';
import { bundleReferences } from './bundleReferences.ts';

const cycle: Code = {
  code: 'reference-cycle',
  severity: 'error',
  summary: 'Objects or variables that need each other to be built',
};

/** An edge of the graph: `from` cannot be built before `to`. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly range: Range;
}

/** Flags references that lead back to where they start: nothing of it can be built. */
export const referenceCycle: Check = {
  codes: [cycle],
  kinds: [...runKinds, 'bundle', 'environment'],
  run: model => {
    const edges =
      model.form === 'bundle' && model.kind === 'bundle' ? bundleEdges(model) : mmarEdges(model);
    return cyclesIn(edges).map(({ edge, names }) =>
      found(cycle, edge.range, t('These need each other: {0}.', [...names, names[0]].join(' -> '))),
    );
  },
};

function mmarEdges(model: ConfigModel): Edge[] {
  return [
    ...variableEdges(model),
    ...sectionsOf(model.doc).flatMap(({ name, node }) => objectEdges(model, name, node)),
  ];
}

/** `"a": "{b}", "b": "{a}"`. */
function variableEdges({ doc }: ConfigModel): Edge[] {
  return (doc.root?.children ?? []).flatMap(property => {
    const value = property.children?.[1];
    const from = keyOf(property);
    if (value?.type !== 'string' || from === undefined) return [];
    if (!String(value.value).includes('{')) return [];
    return [...String(value.value).matchAll(/\{([A-Za-z_]\w*)\}/g)].map(match => ({
      from: `{${from}}`,
      to: `{${match[1] ?? ''}}`,
      range: rangeOf(value),
    }));
  });
}

function objectEdges(model: ConfigModel, section: string, node: ConfigNode): Edge[] {
  return (node.children ?? []).flatMap(property => {
    const part = keyOf(property) ?? '';
    return textValues(property.children?.[1]).flatMap(({ node: text, value, path }) => {
      if (!/^[@#]/.test(value) || path.includes('apply') || path.includes('search')) return [];
      return [...value.matchAll(/@([A-Za-z_]\w*)/g)].flatMap(match => {
        const to = homeOf(model, section, node, match[1] ?? '');
        return to === undefined
          ? []
          : [{ from: join(section, part), to: join(to, match[1] ?? ''), range: rangeOf(text) }];
      });
    });
  });
}

const join = (section: string, part: string): string =>
  section === '' ? part : `${section}.${part}`;

/** The section that a name is taken from: its own, or the other one's model and evaluator. */
function homeOf(
  model: ConfigModel,
  section: string,
  node: ConfigNode,
  name: string,
): string | undefined {
  if (fieldOf(node, name)) return section;
  const other = ['train', 'validate'].find(
    key => key !== section && fieldOf(fieldOf(model.doc.root, key), name),
  );
  return other;
}

function bundleEdges(model: ConfigModel): Edge[] {
  return model.texts.flatMap(text =>
    bundleReferences(model, text).flatMap(({ id, range }) => edgeOf(model, text, id, range)),
  );
}

/** What holds the text needs what the id names; an object needs all that is in it. */
function edgeOf(model: ConfigModel, { path }: TextValue, id: string, range: Range): Edge[] {
  const steps = idSteps(id);
  if (!nodeAt(model.doc, steps)) return [];
  return [{ from: path.join('::'), to: steps.join('::'), range }];
}

interface Cycle {
  readonly edge: Edge;
  readonly names: readonly string[];
}

/** Every reference of every cycle, once. An id stands for all that lies below it. */
function cyclesIn(edges: readonly Edge[]): Cycle[] {
  const cycles: Cycle[] = [];
  const done = new Set<string>();
  const next = nextOf(edges);
  const visit = (name: string, trail: readonly Edge[]): void => {
    if (done.has(name) || trail.length > 100) return;
    for (const edge of next(name)) {
      const way = [...trail, edge];
      const at = way.findIndex(({ from }) => isSame(from, edge.to));
      if (at < 0) visit(edge.to, way);
      else {
        const names = way.slice(at).map(({ from }) => from);
        for (const part of way.slice(at)) cycles.push({ edge: part, names });
      }
    }
    done.add(name);
  };
  for (const { from } of edges) visit(from, []);
  return cycles.filter(
    ({ edge }, i) => cycles.findIndex(other => other.edge.range.offset === edge.range.offset) === i,
  );
}

/** Back at a step, or at what holds it. */
const isSame = (step: string, to: string): boolean => step === to || step.startsWith(`${to}::`);

function nextOf(edges: readonly Edge[]): (name: string) => readonly Edge[] {
  const byName = new Map<string, Edge[]>();
  for (const edge of edges) {
    const parts = edge.from.split('::');
    for (let count = 1; count <= parts.length; count++) {
      const name = parts.slice(0, count).join('::');
      const list = byName.get(name);
      if (list) list.push(edge);
      else byName.set(name, [edge]);
    }
  }
  return name => byName.get(name) ?? [];
}
