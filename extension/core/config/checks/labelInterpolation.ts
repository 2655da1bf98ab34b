import { t } from '@vscode/l10n';
import type { CheckContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { argNode, argValue, listOf, textsOf } from '../literal.ts';
import type { ComponentUse, ConfigModel } from '../model.ts';
import { rangeOf } from '../parse.ts';
import { runKinds, found, type Check, type Code } from './check.ts';

const blurred: Code = {
  code: 'label-interpolation',
  severity: 'warning',
  summary: 'A label is interpolated, which makes classes that nobody drew',
};

const resampling: ReadonlySet<string> = new Set([
  ...['Spacingd', 'Resized', 'Zoomd', 'RandZoomd', 'Rotated', 'RandRotated', 'Affined'],
  ...['RandAffined', 'Rand3DElasticd', 'Rand2DElasticd', 'RandGridDistortiond'],
]);

/** Flags spatial transforms that mix neighbouring voxels of a label: between 0 and 2 lies 1. */
export const labelInterpolation: Check = {
  codes: [blurred],
  kinds: [...runKinds, 'bundle'],
  run: (model, context) =>
    model.components.flatMap(use => {
      const spec = context.specOf(use);
      if (!spec || !resampling.has(spec.name) || !spec.args.has('mode')) return [];
      return check(model, context, use);
    }),
};

function check(model: ConfigModel, context: CheckContext, use: ComponentUse): Finding[] {
  const at = textsOf(argValue(use, 'keys', model, context)).findIndex(key =>
    /^(label|seg|mask)/.test(key),
  );
  const mode = argValue(use, 'mode', model, context) ?? defaultMode(use, context);
  if (at < 0 || mode === undefined || mode === null) return [];
  const own = Array.isArray(mode) ? listOf(mode)[at] : mode;
  if (typeof own !== 'string' || /nearest/i.test(own)) return [];
  const node = argNode(use, 'mode');
  const place = node?.type === 'array' ? (node.children?.[at] ?? node) : (node ?? use.nameNode);
  const message = t(
    '{0} interpolates the label ("{1}"): that makes values between the classes. Give "nearest" for it.',
    use.name,
    own,
  );
  return [found(blurred, rangeOf(place), message)];
}

/** Defaults that are members of an enum come as text. */
function defaultMode(use: ComponentUse, context: CheckContext): string | undefined {
  if (argNode(use, 'mode')) return undefined;
  const text = context.specOf(use)?.args.get('mode')?.defaultText;
  return text?.split('.').at(-1)?.toLowerCase();
}
