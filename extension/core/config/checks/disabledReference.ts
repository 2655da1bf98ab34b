import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import type { ConfigModel } from '../model.ts';
import { fieldOf, plainValue, rangeOf, nodeAt, type ConfigNode } from '../parse.ts';
import { elementsOf, sectionsOf, textOf } from '../walk.ts';
import { idSteps } from '../literal.ts';
import { bundleReferences } from './bundleReferences.ts';
import { found, runKinds, type Check, type Code } from './check.ts';
import { isEnabled } from './disabledAlternatives.ts';

const disabled: Code = {
  code: 'disabled-reference',
  severity: 'error',
  summary: 'A reference to something that is disabled',
};

/** Flags references to what is left out: in its place there is nothing. */
export const disabledReference: Check = {
  codes: [disabled],
  kinds: [...runKinds, 'bundle'],
  run: (model, context) =>
    model.kind === 'bundle'
      ? inBundle(model)
      : [...byRef(model, context), ...byName(model, context)],
};

function byRef(model: ConfigModel, { variables }: CheckContext): Finding[] {
  return model.refs.flatMap(({ node, name, path }) => {
    const list = path.findLast(step => typeof step === 'string') ?? '';
    const trained = elementsOf(fieldOf(fieldOf(model.doc.root, 'train'), list));
    const target = trained.find(entry => textOf(fieldOf(entry, 'name')) === name);
    return target && isEnabled(target, variables) === false
      ? [report(node, target, t('"{0}" is disabled in train.{1}.', name, list))]
      : [];
  });
}

function byName(model: ConfigModel, { variables }: CheckContext): Finding[] {
  const off = new Map<string, ConfigNode>();
  for (const { node } of sectionsOf(model.doc))
    for (const name of ['loss', 'optimizer', 'lr_scheduler', 'model', 'inferer', 'key_metric']) {
      const part = fieldOf(node, name);
      if (part?.type === 'object' && isEnabled(part, variables) === false) off.set(name, part);
    }
  if (off.size === 0) return [];
  return model.texts.flatMap(({ node, value }) => {
    if (!/^[@#]/.test(value)) return [];
    const name = [...value.matchAll(/@(\w+)/g)].find(match => off.has(match[1] ?? ''))?.[1];
    const target = name === undefined ? undefined : off.get(name);
    return target ? [report(node, target, t('"{0}" is disabled.', name ?? ''))] : [];
  });
}

function inBundle(model: ConfigModel): Finding[] {
  return model.texts.flatMap(text =>
    bundleReferences(model, text).flatMap(({ id, range, written }) => {
      const target = nodeAt(model.doc, idSteps(id));
      const flag = fieldOf(target, '_disabled_');
      if (!target || !flag || plainValue(flag) !== true) return [];
      const message = t('"{0}" is disabled: None stands in its place.', written);
      return [found(disabled, range, message, { related: [{ range: rangeOf(flag), message }] })];
    }),
  );
}

function report(node: ConfigNode, target: ConfigNode, message: string): Finding {
  const flag = fieldOf(target, 'disabled') ?? target;
  return found(disabled, rangeOf(node), message, {
    related: [{ range: rangeOf(flag), message: t('Here it is disabled.') }],
  });
}
