import { t } from '@vscode/l10n';
import type { JsonPath } from '../../config/finding.ts';
import type { Notes } from './findings.ts';
import type { Json, JsonObject } from './json.ts';
import { isByoc, modernise } from './modernise.ts';
import type { Section, Values } from './values.ts';

const understood: ReadonlySet<string> = new Set([
  'name',
  'path',
  'args',
  'disabled',
  'rank',
  'log_label',
  'is_key_metric',
  'data_list_file_path',
  'data_file_base_dir',
  'data_list_key',
]);

export interface ComponentContext {
  readonly values: Values;
  readonly notes: Notes;
}

/**
 * `{name | path, args, disabled, rank}` of an MMAR as `{_target_, ..., _disabled_}` of a MONAI Bundle.
 * `wiring` is what Clara fills in by itself in dialect 4.0; what the config says wins.
 */
export function translateComponent(
  { values, notes }: ComponentContext,
  component: JsonObject,
  section: Section,
  path: JsonPath,
  wiring: JsonObject = {},
): JsonObject {
  noteUnderstood(component, path, notes);
  const { target, args } = today(component, path, notes);
  const made: JsonObject = { _target_: target };
  for (const [key, value] of Object.entries(args))
    made[key] = values.translate(value, section, [...path, 'args', key]);
  for (const [key, value] of Object.entries(wiring)) if (!(key in made)) made[key] = value;
  const off = disabledWhen(component, section, path, values);
  if (off !== undefined) made['_disabled_'] = off;
  return made;
}

function disabledWhen(
  component: JsonObject,
  section: Section,
  path: JsonPath,
  values: Values,
): Json | undefined {
  const flag = component['disabled'];
  const rank = component['rank'];
  const given =
    flag === undefined ? undefined : values.translate(flag, section, [...path, 'disabled']);
  if (typeof rank !== 'number') return given;
  const otherRank = `@rank != ${rank}`;
  return flag === undefined
    ? `$${otherRank}`
    : `$${otherRank} or ${values.expression(flag, section, [...path, 'disabled'])}`;
}

function noteUnderstood(component: JsonObject, path: JsonPath, notes: Notes): void {
  for (const key of Object.keys(component)) {
    if (understood.has(key)) continue;
    const automl = key === 'search' || key === 'apply';
    notes.add(
      'no-counterpart',
      'warning',
      [...path, key],
      automl
        ? t(
            '"{0}" is Clara AutoML, which a MONAI Bundle does not have; the values written here are used.',
            key,
          )
        : t('"{0}" has no counterpart in a MONAI Bundle and is left out.', key),
    );
  }
}

/** The component in today's words; what that took is a finding. */
function today(
  component: JsonObject,
  path: JsonPath,
  notes: Notes,
): { target: string; args: JsonObject } {
  const { target, args, told } = modernise(component);
  for (const { code, severity, message } of told) notes.add(code, severity, path, message);
  // the device is the run's business: "cuda" written there must not fail on a CPU
  return !isByoc(component) && args['device'] === 'cuda'
    ? { target, args: { ...args, device: '{device}' } }
    : { target, args };
}
