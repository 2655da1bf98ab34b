import { moved } from './moving.ts';
import { argNode, argValue, textsOf } from '../../../../../extension/core/config/literal.ts';
import { rangeOf } from '../../../../../extension/core/config/parse.ts';
import {
  transformLists,
  type Step,
  type TransformList,
} from '../../../../../extension/core/config/transformLists.ts';
import {
  isJson,
  mark,
  marked,
  named,
  put,
  setArg,
  written,
  type Fault,
  type Mutation,
} from './mutation.ts';
import type { Subject } from './subjects.ts';

const lists = (subject: Subject, stage: 'pre' | 'post'): TransformList[] =>
  transformLists(subject.model, subject.context).filter(
    list => list.stage === stage && list.isWhole,
  );

const stepNamed = (list: TransformList, name: RegExp): Step | undefined =>
  list.steps.find(({ spec, isOwn }) => isOwn && name.test(spec?.name ?? ''));

/** Until something unknown comes, and where somebody loads what is needed. */
function followed(list: TransformList): Step[] {
  const unknown = list.steps.findIndex(({ spec }) => spec?.kind !== 'dict_transform');
  const known = unknown < 0 ? list.steps : list.steps.slice(0, unknown);
  return known[0]?.spec?.name === 'LoadImaged' ? [...known] : [];
}

const keysFault = (
  name: string,
  code: string,
  change: (subject: Subject) => Mutation[],
): Fault => ({ name, codes: [code], sites: change });

export const meaningFaults: readonly Fault[] = [
  keysFault('a misspelt key of the item', 'unmade-key', subject =>
    lists(subject, 'pre').flatMap(list =>
      followed(list)
        .slice(1)
        .flatMap(({ use, isOwn }) => {
          const node = isOwn && use ? argNode(use, 'keys') : undefined;
          const element = node?.type === 'array' ? node.children?.[0] : node;
          return element?.value === 'image'
            ? [[put(rangeOf(element), marked(written(subject, 'imgae')))]]
            : [];
        }),
    ),
  ),
  keysFault('a key of the item that nothing makes', 'unmade-key', subject =>
    lists(subject, 'pre').flatMap(list =>
      followed(list)
        .slice(1)
        .flatMap(({ use, isOwn }) => {
          const node = isOwn && use ? argNode(use, 'keys') : undefined;
          return node?.value === 'image'
            ? [[put(rangeOf(node), marked(written(subject, 'uncertainty')))]]
            : [];
        }),
    ),
  ),
  keysFault('a misspelt key after the network', 'unmade-key', subject =>
    subject.model.kind === 'bundle'
      ? []
      : lists(subject, 'post').flatMap(({ steps }) =>
          steps.slice(0, 1).flatMap(({ use, isOwn }) => {
            const node = isOwn && use ? argNode(use, 'keys') : undefined;
            return node?.value === 'pred' ? [[put(rangeOf(node), marked('"prde"'))]] : [];
          }),
        ),
  ),
  keysFault('a label in an inference', 'label-in-inference', subject =>
    subject.model.kind !== 'inference'
      ? []
      : lists(subject, 'pre').flatMap(list =>
          followed(list)
            .slice(1)
            .flatMap(({ use }) => {
              const node = use && argNode(use, 'keys');
              return node?.value === 'image'
                ? [[put(rangeOf(node), `["image", ${marked('"label"')}]`)]]
                : [];
            }),
        ),
  ),
  keysFault('the prediction before the network', 'pred-before-network', subject =>
    !isJson(subject) || subject.model.form === 'bundle'
      ? []
      : lists(subject, 'pre').flatMap(list => {
          const second = followed(list)[1];
          return second
            ? [
                [
                  put(
                    { offset: second.entry.offset, length: 0 },
                    `{"name": "Activationsd", "args": {"keys": ${marked('"pred"')}}}, `,
                  ),
                ],
              ]
            : [];
        }),
  ),
  keysFault('a key that was dropped', 'unmade-key', subject =>
    !isJson(subject) || subject.model.form === 'bundle'
      ? []
      : lists(subject, 'pre').flatMap(list => {
          const second = followed(list)[1];
          const node = second?.isOwn && second.use ? argNode(second.use, 'keys') : undefined;
          const element = node?.type === 'array' ? node.children?.[0] : node;
          return second && element?.value === 'image'
            ? [
                [
                  put(
                    { offset: second.entry.offset, length: 0 },
                    `{"name": "DeleteItemsd", "args": {"keys": "image"}}, `,
                  ),
                  ...mark(element),
                ],
              ]
            : [];
        }),
  ),
  {
    name: 'spacing before the channel comes first',
    codes: ['transform-order'],
    sites: subject =>
      lists(subject, 'pre').flatMap(list => {
        const [channel, spacing] = [
          stepNamed(list, /^(EnsureChannelFirstd|AddChanneld)$/),
          stepNamed(list, /^Spacingd$/),
        ];
        return channel && spacing ? moved(subject, spacing.entry, channel.entry, spacing.at) : [];
      }),
  },
  {
    name: 'spacing after a crop of fixed size',
    codes: ['transform-order'],
    sites: subject =>
      lists(subject, 'pre').flatMap(list => {
        const [crop, spacing] = [
          stepNamed(list, /^RandCropByPosNegLabeld$/),
          stepNamed(list, /^Spacingd$/),
        ];
        return crop && spacing ? moved(subject, crop.entry, spacing.entry, spacing.at) : [];
      }),
  },
  {
    name: 'activation after argmax',
    codes: ['transform-order'],
    sites: subject =>
      lists(subject, 'post').flatMap(list => {
        const [discrete, activation] = [
          stepNamed(list, /^AsDiscreted$/),
          stepNamed(list, /^Activationsd$/),
        ];
        const cuts =
          discrete?.use && ['argmax', 'threshold'].some(arg => argNode(discrete.use, arg));
        return discrete && activation && cuts
          ? moved(subject, discrete.entry, activation.entry, activation.at)
          : [];
      }),
  },
  {
    name: 'one-hot before argmax',
    codes: ['transform-order'],
    sites: subject =>
      subject.model.form === 'bundle' || !isJson(subject)
        ? []
        : lists(subject, 'post').flatMap(list => {
            const discrete = stepNamed(list, /^AsDiscreted$/);
            const isCut = discrete?.use && argNode(discrete.use, 'argmax');
            const hot = '{"name": "AsDiscreted", "args": {"keys": "pred", "to_onehot": 2}}, ';
            return discrete && isCut
              ? [[put({ offset: discrete.entry.offset, length: 0 }, hot), ...mark(discrete.at)]]
              : [];
          }),
  },
  {
    name: 'Invertd of something else',
    codes: ['invert-transform'],
    sites: subject =>
      subject.model.form === 'bundle'
        ? []
        : setArg(named(subject, 'Invertd'), 'transform', '"@post_transforms"'),
  },
  {
    name: 'Invertd of what was never done',
    codes: ['invert-transform'],
    sites: subject =>
      subject.model.form === 'bundle'
        ? []
        : setArg(named(subject, 'Invertd'), 'orig_keys', '"picture"'),
  },
  {
    name: 'a label that is interpolated',
    codes: ['label-interpolation'],
    sites: subject =>
      named(subject, 'Spacingd').flatMap(use => {
        const node = argNode(use, 'mode');
        const at = textsOf(argValue(use, 'keys', subject.model, subject.context)).indexOf('label');
        const own = node?.type === 'array' ? node.children?.[at] : undefined;
        return own && at >= 0 ? [[put(rangeOf(own), marked(written(subject, 'bilinear')))]] : [];
      }),
  },
];
