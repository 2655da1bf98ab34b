import type { ConfigModel } from '../config/model.ts';
import { syntaxOf, type LanguageContext } from './context.ts';
import { mend } from './mend.ts';
import { placeAt } from './place.ts';
import { argAround, componentOf, componentWithArgs } from './slot.ts';
import { argsOf } from './skeleton.ts';
import { parameterTexts } from './typeText.ts';
import { byocClass, specOf } from './slot.ts';

export interface Signature {
  readonly label: string;
  /** Where each argument stands in the label. */
  readonly parameters: readonly {
    readonly from: number;
    readonly to: number;
    readonly name: string;
  }[];
  /** Index of the argument at the caret. */
  readonly active: number | undefined;
  /** The component, as its documentation is asked for. */
  readonly component: string;
}

/** Signature of the component whose arguments the caret is among. */
export function signature(
  model: ConfigModel,
  offset: number,
  context: LanguageContext,
): Signature | undefined {
  const at = mend(model, syntaxOf(context.file), offset);
  if (!at) return undefined;
  const place = placeAt(at.model, at.offset, context);
  if (!place) return undefined;
  const around = argAround(at.model, place.node);
  const holder = place.node.parent?.parent;
  const component =
    around?.component ??
    (place.what === 'arg' ? place.component : undefined) ??
    (holder && place.what !== 'componentName'
      ? (componentWithArgs(at.model, holder) ?? componentOf(at.model, holder))
      : undefined);
  if (!component) return undefined;
  const args = argsOf(at.model, context, component.name);
  if (!args || args.length === 0) return undefined;
  const own = byocClass(context, component.name)?.made.name;
  const name = own ?? specOf(at.model, context, component.name)?.name ?? component.name;
  const given = around?.arg.name ?? (place.what === 'arg' ? String(place.node.value) : undefined);
  const active = args.findIndex(arg => arg.name === given);
  return {
    ...labelled(
      name,
      parameterTexts(args),
      args.map(arg => arg.name),
    ),
    active: active < 0 ? undefined : active,
    component: component.name,
  };
}

function labelled(
  name: string,
  texts: readonly string[],
  names: readonly string[],
): Pick<Signature, 'label' | 'parameters'> {
  let label = `${name}(`;
  const parameters = texts.map((text, i) => {
    const from = label.length + (i === 0 ? 0 : 2);
    label += `${i === 0 ? '' : ', '}${text}`;
    return { from, to: label.length, name: names[i] ?? '' };
  });
  return { label: `${label})`, parameters };
}
