import { keyOf, type ConfigNode } from '../config/parse.ts';
import { argOf } from '../config/spec.ts';
import type { Ask } from './complete.ts';
import type { Place } from './place.ts';
import { schemasAt, type SchemaNode } from './schemaAt.ts';
import { argsOf } from './skeleton.ts';
import { kindsAt, specOf } from './slot.ts';
import { typeText } from './typeText.ts';
import { valueSnippet } from './valueSnippet.ts';
import { offerKey, type Completion } from './write.ts';

type ArgPlace = Extract<Place, { what: 'arg' }>;
type KeyPlace = Extract<Place, { what: 'key' | 'componentKey' }>;

/** Arguments that are not given yet; what is required first. */
export function completeArgs(ask: Ask<ArgPlace>): Completion[] {
  const { at, place, context } = ask;
  const { component } = place;
  const given = new Set(
    component.args.flatMap(({ name, key }) => (key === place.node ? [] : [name])),
  );
  const spec = specOf(at.model, context, component.name);
  const args = argsOf(at.model, context, component.name) ?? [];
  const found = args
    .filter(({ name }) => !given.has(name))
    .map((arg, i) => {
      const outdated = spec && argOf(spec, arg.name)?.deprecation;
      const order = `${arg.required ? 0 : outdated ? 9 : 1}${String(i).padStart(3, '0')}`;
      return offerKey(at, arg.name, value(at, arg), {
        label: arg.name,
        kind: 'arg',
        detail: typeText(arg),
        about: { component: spec?.path ?? component.name, arg: arg.name },
        sort: order,
        isDeprecated: outdated !== undefined,
      });
    });
  return at.model.form === 'bundle'
    ? [
        ...found,
        ...completeComponentKeys({
          ...ask,
          place: { ...place, what: 'key', object: component.object },
        }),
      ]
    : found;
}

const value = ({ model, syntax }: Ask['at'], arg: Parameters<typeof valueSnippet>[0]): string =>
  valueSnippet(arg, { form: model.form, syntax, stop: 1 });

type KeyRow = readonly [name: string, value: string, detail: string];

const mmarKeys: readonly KeyRow[] = [
  ['name', '"$1"', 'class of MONAI, torch, ignite or Clara'],
  ['path', '"$1"', 'class of custom/ by its import path'],
  ['args', '{\n\t$1\n}', 'arguments'],
  ['disabled', '${1|true,false|}', 'leaves it out'],
];
const bundleKeys: readonly KeyRow[] = [
  ['_target_', '"$1"', 'class or function'],
  ['_disabled_', '${1|true,false|}', 'leaves it out'],
  ['_requires_', '"$1"', 'what is made before'],
  ['_desc_', '"$1"', 'a comment'],
  ['_mode_', '"${1|default,callable,debug|}"', 'made, or handed on as a function'],
];

/** What an object has to be a component. */
export function completeComponentKeys(ask: Ask<KeyPlace>): Completion[] {
  const { at, place, context } = ask;
  const given = keysOf(place.object, place.node);
  const isBundle = at.model.form === 'bundle';
  const named = given.has('name') || given.has('path');
  const isDataset = kindsAt(at.model, context, place.path)?.includes('dataset') ?? false;
  const isHandler = place.path.includes('handlers');
  const more: readonly KeyRow[] = [
    ...(isHandler ? ([['rank', '${1:0}', 'only this process']] as const) : []),
    ...(place.path.some(step => step === 'validate') && !named
      ? ([['ref', '"$1"', 'a transform of train']] as const)
      : []),
    ...(isDataset
      ? ([
          ['data_list_file_path', '"${1:{DATASET_JSON\\}}"', 'the datalist'],
          ['data_file_base_dir', '"${1:{DATA_ROOT\\}}"', 'folder of its files'],
          ['data_list_key', '"${1|training,validation,testing|}"', 'list of the datalist'],
        ] as const)
      : []),
  ];
  return [...(isBundle ? bundleKeys : mmarKeys), ...(isBundle ? [] : more)]
    .filter(([name]) => !given.has(name) && !(named && (name === 'name' || name === 'path')))
    .map(([name, snippet, detail], i) =>
      offerKey(at, name, yamlBlock(at, snippet), {
        label: name,
        kind: 'key',
        detail,
        sort: `${isBundle && name !== '_target_' ? 5 : 0}${i}`,
        goOn: snippet.includes('"$1"'),
      }),
    );
}

const yamlBlock = ({ syntax, flow }: Ask['at'], snippet: string): string =>
  syntax === 'yaml' && !flow && snippet.startsWith('{') ? '\n  $1' : snippet;

export const keysOf = (object: ConfigNode, without?: ConfigNode): Set<string> =>
  new Set(
    (object.children ?? []).flatMap(each =>
      each.children?.[0] === without ? [] : (keyOf(each) ?? []),
    ),
  );

/** Keys that the schema of this kind of file has at this place. */
export function completeKeys({ at, place, context }: Ask<KeyPlace>): Completion[] {
  const given = keysOf(place.object, place.node);
  const found = new Map<string, SchemaNode>();
  for (const schema of schemasAt(at.model, context.schemas, place.path))
    for (const [name, inner] of Object.entries(schema.properties ?? {}))
      if (!given.has(name) && typeof inner === 'object') found.set(name, inner);
  const bundle = at.model.form === 'bundle' && place.path.length === 0 ? bundleTop(given) : [];
  const offers = [...found].map(([name, schema], i) =>
    offerKey(at, name, snippetFor(schema, at), {
      label: name,
      kind: 'key',
      detail: schema.description,
      sort: `3${String(i).padStart(3, '0')}`,
    }),
  );
  return [
    ...offers,
    ...bundle.map(name => offerKey(at, name, '$1', { label: name, kind: 'key', sort: `4${name}` })),
  ];
}

/** Ids that the bundles of MONAI's model zoo share. */
const zoo = (
  'imports bundle_root ckpt_dir output_dir dataset_dir images labels device network_def network loss optimizer ' +
  'lr_scheduler train validate preprocessing dataset dataloader inferer postprocessing handlers evaluator initialize run'
).split(' ');

const bundleTop = (given: ReadonlySet<string>): string[] => zoo.filter(name => !given.has(name));

function snippetFor(schema: SchemaNode, { syntax, flow }: Ask['at']): string {
  const isBlock = syntax === 'yaml' && !flow;
  const types = [
    schema.type,
    ...(schema.anyOf ?? []).map(each => (typeof each === 'object' ? each.type : undefined)),
    ...(typeof schema.else === 'object' ? [schema.else.type] : []),
  ].flat();
  if (schema.enum) return `"\${1|${schema.enum.map(String).join(',')}|}"`;
  if (types.includes('boolean')) return '${1|true,false|}';
  if (types.includes('object') || schema.properties) return isBlock ? '\n  $1' : '{\n\t$1\n}';
  if (types.includes('array')) return isBlock ? '\n  - $1' : '[\n\t$1\n]';
  if (types.includes('integer') || types.includes('number')) return '${1:0}';
  if (types.includes('string')) return '"$1"';
  return schema.$ref === undefined && !schema.allOf ? '$1' : isBlock ? '\n  $1' : '{\n\t$1\n}';
}
