import { argOf } from '../../../../../extension/core/config/spec.ts';
import { rangeOf } from '../../../../../extension/core/config/parse.ts';
import { removal } from '../../../../../extension/core/config/edits.ts';
import {
  addArg,
  inSlot,
  isJson,
  mark,
  marked,
  named,
  put,
  setArg,
  swapped,
  written,
  type Fault,
  type Mutation,
} from './mutation.ts';
import type { Subject } from './subjects.ts';

const rename = (subject: Subject, uses: Subject['uses'], to: string): Mutation[] =>
  uses
    .filter(({ name }) => !name.includes('.'))
    .map(use => [put(use.nameNode, marked(written(subject, to)))]);

const wrongKind = (slot: string, name: string): Fault => ({
  name: `${name} in the place of ${slot}`,
  codes: ['wrong-place'],
  sites: subject => rename(subject, inSlot(subject, slot), name),
});

const bundleKind = (arg: string, name: string): Fault => ({
  name: `${name} handed on as ${arg} in a bundle`,
  codes: ['wrong-place'],
  sites: subject =>
    subject.model.form !== 'bundle'
      ? []
      : rename(
          subject,
          subject.uses.filter(({ receivers }) => receivers.includes(arg)),
          name,
        ),
});

/** Arguments with a value and a type of one word. */
function typed(subject: Subject, type: RegExp, values: readonly string[]) {
  return subject.uses.flatMap(use =>
    use.args.flatMap(({ name, value }) => {
      const spec = subject.context.specOf(use);
      const arg = spec && argOf(spec, name);
      return arg && value && type.test(arg.type) && values.includes(value.type) ? [value] : [];
    }),
  );
}

const valueFault = (
  name: string,
  type: RegExp,
  values: readonly string[],
  text: string,
): Fault => ({
  name,
  codes: ['wrong-arg-type', 'value-not-listed'],
  sites: subject => typed(subject, type, values).map(node => [put(rangeOf(node), marked(text))]),
});

const newest = (subject: Subject): boolean =>
  Number(subject.context.known?.catalog.release.split('.')[0]) >= 1;

export const componentFaults: readonly Fault[] = [
  {
    name: 'a misspelt component',
    codes: ['unknown-component', 'unknown-module', 'byoc-missing', 'unresolved-ref'],
    sites: subject =>
      subject.uses.map(({ name, nameNode }) => {
        const dot = name.lastIndexOf('.');
        const bad = name.slice(0, dot + 1) + swapped(name.slice(dot + 1));
        return [put(rangeOf(nameNode), marked(written(subject, bad)))];
      }),
  },
  {
    name: 'a component that the release no longer has',
    codes: ['removed-component'],
    sites: subject =>
      newest(subject) ? rename(subject, named(subject, 'EnsureChannelFirstd'), 'AddChanneld') : [],
  },
  {
    name: 'a component that came with a later release',
    codes: ['unknown-component'],
    sites: subject =>
      subject.context.known?.catalog.release === '0.5.3'
        ? rename(subject, named(subject, 'ToTensord'), 'Invertd')
        : [],
  },
  wrongKind('loss', 'UNet'),
  wrongKind('model', 'DiceLoss'),
  wrongKind('optimizer', 'StepLR'),
  wrongKind('lr_scheduler', 'Adam'),
  wrongKind('pre_transforms', 'DiceLoss'),
  wrongKind('handlers', 'UNet'),
  wrongKind('inferer', 'DataLoader'),
  wrongKind('key_metric', 'DiceLoss'),
  wrongKind('metrics', 'UNet'),
  wrongKind('dataset', 'DataLoader'),
  wrongKind('dataloader', 'CacheDataset'),
  wrongKind('evaluator', 'SupervisedTrainer'),
  bundleKind('inferer', 'UNet'),
  bundleKind('loss_function', 'UNet'),
  {
    name: 'a transform for arrays',
    codes: ['array-transform'],
    sites: subject =>
      inSlot(subject, 'pre_transforms').flatMap(use => {
        const spec = subject.context.specOf(use);
        const twin = spec?.name.replace(/d$/, '') ?? '';
        return spec?.kind === 'dict_transform' &&
          use.name === spec.name &&
          subject.context.known?.catalog.get(twin)?.kind === 'transform'
          ? rename(subject, [use], twin)
          : [];
      }),
  },
  {
    name: 'a misspelt argument',
    codes: ['unknown-arg', 'swallowed-arg', 'renamed-arg'],
    sites: subject =>
      subject.uses.flatMap(use =>
        subject.context.specOf(use)?.rest !== 'unsure'
          ? use.args
              .filter(({ name }) => name.length > 3)
              .map(({ name, key }) => [put(rangeOf(key), marked(written(subject, swapped(name))))])
          : [],
      ),
  },
  {
    name: 'an argument of another component',
    codes: ['unknown-arg', 'swallowed-arg'],
    sites: subject =>
      isJson(subject)
        ? subject.uses.flatMap(use =>
            subject.context.specOf(use)?.rest === 'refused'
              ? addArg(use, 'sw_device_index', '1')
              : [],
          )
        : [],
  },
  {
    name: 'an argument that is swallowed',
    codes: ['swallowed-arg', 'renamed-arg', 'removed-arg'],
    sites: subject =>
      newest(subject) && isJson(subject)
        ? named(subject, 'AsDiscreted').flatMap(use => addArg(use, 'threshold_values', 'true'))
        : [],
  },
  {
    name: 'an argument by its old name',
    codes: ['renamed-arg'],
    sites: subject =>
      newest(subject)
        ? named(subject, 'UNet').flatMap(use =>
            use.args
              .filter(({ name }) => name === 'spatial_dims')
              .map(({ key }) => [put(rangeOf(key), marked(written(subject, 'dimensions')))]),
          )
        : [],
  },
  {
    name: 'an argument by the name of a later release',
    codes: ['unknown-arg'],
    sites: subject =>
      subject.context.known?.catalog.release === '0.5.3'
        ? named(subject, 'UNet').flatMap(use =>
            use.args
              .filter(({ name }) => name === 'dimensions')
              .map(({ key }) => [put(rangeOf(key), marked('"spatial_dims"'))]),
          )
        : [],
  },
  {
    name: 'an argument that is needed and not given',
    codes: ['missing-arg'],
    sites: subject =>
      isJson(subject)
        ? named(
            subject,
            'UNet',
            'ScaleIntensityRanged',
            'Spacingd',
            'RandCropByPosNegLabeld',
            'CropForegroundd',
            'StepLR',
            'SlidingWindowInferer',
            'CheckpointSaver',
          ).flatMap(use => {
            const spec = subject.context.specOf(use);
            return use.args.flatMap(({ name, key }) => {
              const edit = key.parent && removal(subject.model.doc, key.parent);
              return edit && spec?.args.get(name)?.required ? [[edit, ...mark(use.nameNode)]] : [];
            });
          })
        : [],
  },
  valueFault('a text for a number', /^(int|float)( \| None)?$/, ['number'], '"yes"'),
  valueFault('a text for true or false', /^bool( \| None)?$/, ['boolean'], '"yes"'),
  valueFault('true for a number', /^(int|float)$/, ['number'], 'true'),
  valueFault('a list for a number', /^(int|float)( \| None)?$/, ['number'], '[1, 2]'),
  valueFault('a number for a text', /^str( \| None)?$/, ['string'], '17'),
  {
    name: 'a misspelt value',
    codes: ['value-not-listed'],
    sites: subject =>
      subject.uses.flatMap(use =>
        use.args.flatMap(({ name, value }) => {
          const spec = subject.context.specOf(use);
          const values = (spec && argOf(spec, name)?.values) ?? [];
          const text: unknown = value?.value;
          return value && typeof text === 'string' && values.includes(text) && text.length > 3
            ? [[put(rangeOf(value), marked(written(subject, swapped(text))))]]
            : [];
        }),
      ),
  },
  {
    name: 'an epoch number in quotes',
    codes: ['wrong-value'],
    sites: subject => {
      const node = subject.model.doc.root?.children?.find(p => p.children?.[0]?.value === 'epochs')
        ?.children?.[1];
      return node && subject.model.kind === 'train' ? [[put(rangeOf(node), marked('"many"'))]] : [];
    },
  },
  {
    name: 'true for a number of classes',
    codes: ['wrong-arg-type'],
    sites: subject =>
      subject.context.known?.catalog.release === '0.5.3'
        ? []
        : setArg(named(subject, 'AsDiscreted'), 'to_onehot', 'true'),
  },
];
