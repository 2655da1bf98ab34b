import {
  fieldOf,
  propertyOf,
  rangeOf,
  type ConfigNode,
} from '../../../../../extension/core/config/parse.ts';
import { sectionsOf } from '../../../../../extension/core/config/walk.ts';
import {
  isJson,
  marked,
  put,
  swapped,
  written,
  mark,
  type Fault,
  type Mutation,
} from './mutation.ts';
import type { Subject } from './subjects.ts';

const isMmar = ({ model }: Subject): boolean =>
  ['train', 'validation', 'inference'].includes(model.kind ?? '');

const texts = (subject: Subject, pattern: RegExp) =>
  subject.model.texts.filter(
    ({ value, path }) => pattern.test(value) && !path.includes('search') && !path.includes('apply'),
  );

/** Replaces a part of a text, which must be underlined. */
const within = (node: ConfigNode, text: string, part: RegExp, by: string): Mutation[] => {
  const raw = text.slice(node.offset, node.offset + node.length);
  const match = part.exec(raw);
  return match
    ? [[put({ offset: node.offset + match.index, length: match[0].length }, marked(by))]]
    : [];
};

const top = ({ model }: Subject, key: string): ConfigNode | undefined =>
  fieldOf(model.doc.root, key);

const python = (name: string, pattern: RegExp, by: (value: string) => string): Fault => ({
  name,
  codes: ['python-syntax', 'unresolved-reference'],
  sites: subject =>
    texts(subject, pattern).map(({ node, value }) => [
      put(rangeOf(node), marked(written(subject, by(value)))),
    ]),
});

export const referenceFaults: readonly Fault[] = [
  {
    name: 'a misspelt @reference',
    codes: ['unresolved-reference'],
    sites: subject =>
      isMmar(subject) && subject.model.form === '4.1'
        ? texts(subject, /^@[a-z_]{5,}$/).map(({ node, value }) => [
            put(rangeOf(node), `"${marked(`@${swapped(value.slice(1))}`)}"`),
          ])
        : [],
  },
  {
    name: 'a misspelt reference in an expression',
    codes: ['unresolved-reference'],
    sites: subject =>
      isMmar(subject) && subject.model.form === '4.1'
        ? texts(subject, /^#@model/).flatMap(({ node }) =>
            within(node, subject.text, /@model/, '@modle'),
          )
        : [],
  },
  {
    name: 'a misspelt @id of a bundle',
    codes: ['unresolved-reference'],
    sites: subject =>
      subject.model.form === 'bundle'
        ? texts(subject, /^@\w{4,}$/).flatMap(({ node, value }) =>
            within(node, subject.text, /@\w+/, `@${swapped(value.slice(1))}`),
          )
        : [],
  },
  {
    name: 'a misspelt %macro of a bundle',
    codes: ['unresolved-reference'],
    sites: subject =>
      subject.model.form === 'bundle'
        ? texts(subject, /^%\w{4,}[#:]/).flatMap(({ node }) =>
            within(node, subject.text, /%[\w#:]+/, '%nowhere::at::all'),
          )
        : [],
  },
  {
    name: 'an id of a bundle that needs itself',
    codes: ['reference-cycle'],
    sites: subject =>
      subject.model.form !== 'bundle' || !isJson(subject)
        ? []
        : subject.uses
            .filter(({ path }) => path.length === 1 && !/[#:]/.test(String(path[0])))
            .flatMap(({ args, path }) =>
              args.flatMap(({ value }) =>
                value?.type === 'string'
                  ? [[put(rangeOf(value), marked(JSON.stringify(`@${String(path[0])}`)))]]
                  : [],
              ),
            ),
  },
  {
    name: 'a misspelt ref',
    codes: ['unresolved-ref'],
    sites: subject =>
      subject.model.kind === 'train'
        ? subject.model.refs.map(({ node, name }) => [
            put(rangeOf(node), marked(JSON.stringify(swapped(name)))),
          ])
        : [],
  },
  {
    name: 'a misspelt {variable}',
    codes: ['unresolved-placeholder'],
    sites: subject =>
      isMmar(subject)
        ? texts(subject, /^\{[A-Za-z_]{5,}\}$/).flatMap(({ node, value }) =>
            within(node, subject.text, /\{\w+\}/, `{${swapped(value.slice(1, -1))}}`),
          )
        : [],
  },
  {
    name: 'a variable that needs itself',
    codes: ['reference-cycle'],
    sites: subject => {
      const [a, b] = [top(subject, 'learning_rate'), top(subject, 'epochs')];
      return a && b
        ? [[put(rangeOf(a), '"{epochs}"'), put(rangeOf(b), marked('"{learning_rate}"'))]]
        : [];
    },
  },
  {
    name: 'objects that need each other',
    codes: ['reference-cycle'],
    sites: subject =>
      subject.model.form !== '4.1'
        ? []
        : texts(subject, /^#@model\.parameters/).flatMap(({ node, path }) =>
            path.includes('optimizer')
              ? [[put(rangeOf(node), marked('"#@lr_scheduler.optimizer"'))]]
              : [],
          ),
  },
  {
    name: 'a variable with the sign of an object',
    codes: ['unresolved-reference'],
    sites: subject =>
      subject.model.kind === 'train' && subject.model.form === '4.1'
        ? texts(subject, /^\{epochs\}$/).map(({ node }) => [
            put(rangeOf(node), `"${marked('@epochs')}"`),
          ])
        : [],
  },
  {
    name: 'a ref to a disabled transform',
    codes: ['disabled-reference'],
    sites: subject =>
      subject.model.kind !== 'train'
        ? []
        : subject.model.refs.flatMap(({ node, name }) => {
            const use = subject.model.components.find(
              ({ label, path }) => label === name && path[0] === 'train',
            );
            return use
              ? [
                  [
                    put({ offset: use.object.offset + 1, length: 0 }, ' "disabled": true,'),
                    ...mark(node),
                  ],
                ]
              : [];
          }),
  },
  {
    name: 'a reference to a disabled inferer',
    codes: ['disabled-reference'],
    sites: subject => {
      if (subject.model.kind !== 'train' || subject.model.form !== '4.1') return [];
      const inferer = fieldOf(top(subject, 'train'), 'inferer');
      const text = subject.model.texts.find(
        ({ value, path }) => value === '@inferer' && path[0] === 'train',
      );
      return inferer && text
        ? [
            [
              put({ offset: inferer.offset + 1, length: 0 }, ' "disabled": true,'),
              ...mark(text.node),
            ],
          ]
        : [];
    },
  },
  python('a lambda without its last bracket', /^lambda .*\)$/, value => value.slice(0, -1)),
  python('a lambda with a quote too few', /^lambda .*'\]$/, value => value.slice(0, -2) + ']'),
  python('a # expression without its last bracket', /^#.*\)$/, value => value.slice(0, -1)),
  python('a $ expression without its last bracket', /^\$.*\)$/, value => value.slice(0, -1)),
  python('a $ expression with a comma for a dot', /^\$monai\.\w+\.\w+/, value =>
    value.replace('$monai.', '$monai,. '),
  ),
  {
    name: 'an output transform of 4.0 in a 4.1 file',
    codes: ['mixed-dialect'],
    sites: subject =>
      subject.model.form === '4.1'
        ? texts(subject, /^#monai\.handlers\.from_engine\(\['pred', 'label'\]\)$/).map(
            ({ node }) => [put(rangeOf(node), marked(`"lambda x: (x['pred'], x['label'])"`))],
          )
        : [],
  },
  {
    name: 'an output transform of 4.1 in a 4.0 file',
    codes: ['mixed-dialect'],
    sites: subject =>
      isMmar(subject) && subject.model.form === '4.0'
        ? texts(subject, /^lambda x: \(x\['pred'\]/).map(({ node }) => [
            put(rangeOf(node), marked(`"#monai.handlers.from_engine(['pred', 'label'])"`)),
          ])
        : [],
  },
  {
    name: 'metrics of the other dialect',
    codes: ['wrong-form'],
    sites: subject =>
      subject.model.kind !== 'train' || subject.model.form !== '4.1'
        ? []
        : sectionsOf(subject.model.doc).flatMap(({ node }) => {
            const property = propertyOf(node, 'key_metric');
            const [key, value] = property?.children ?? [];
            return key && value
              ? [
                  [
                    put(rangeOf(key), marked('"metrics"')),
                    put({ offset: value.offset, length: 0 }, '['),
                    put({ offset: value.offset + value.length, length: 0 }, ']'),
                  ],
                ]
              : [];
          }),
  },
  {
    name: 'a variable that nothing uses',
    codes: ['unused-variable'],
    sites: subject => {
      const root = subject.model.doc.root;
      return isMmar(subject) && root
        ? [[put({ offset: root.offset + 1, length: 0 }, `${marked('"zzz_of_mine"')}: 3,`)]]
        : [];
    },
  },
  {
    name: 'multi_gpu left on',
    codes: ['multi-gpu'],
    sites: subject => {
      const node = isMmar(subject) ? top(subject, 'multi_gpu') : undefined;
      return node?.value === false ? [[put(rangeOf(node), marked('true'))]] : [];
    },
  },
  {
    name: 'a class that custom/ does not have',
    codes: ['byoc-missing'],
    sites: subject =>
      subject.model.components
        .filter(({ name }) => /^(contrast|tiny)\./.test(name))
        .map(({ nameNode, name }) => [
          put(
            rangeOf(nameNode),
            marked(
              JSON.stringify(
                swapped(name.split('.')[1] ?? '').replace(/^/, `${name.split('.')[0] ?? ''}.`),
              ),
            ),
          ),
        ]),
  },
  {
    name: 'an argument that the class in custom/ does not take',
    codes: ['byoc-args'],
    sites: subject =>
      subject.model.components
        .filter(({ name }) => /^(contrast|tiny)\./.test(name))
        .flatMap(({ args }) =>
          args
            .filter(({ name }) => name.length > 3)
            .map(({ key, name }) => [put(rangeOf(key), marked(JSON.stringify(swapped(name))))]),
        ),
  },
  {
    name: 'a module that nobody knows',
    codes: ['unknown-module', 'byoc-missing'],
    sites: subject =>
      subject.model.components
        .filter(({ name }) => /^(contrast|tiny)\./.test(name))
        .map(({ nameNode, name }) => [put(rangeOf(nameNode), marked(JSON.stringify(`my${name}`)))]),
  },
  {
    name: 'a comma too few',
    codes: ['syntax'],
    sites: subject =>
      !isJson(subject)
        ? []
        : (subject.model.doc.root?.children ?? []).slice(1).flatMap((property, i) => {
            const before = subject.model.doc.root?.children?.[i];
            const key = property.children?.[0];
            return before && key
              ? [[put({ offset: before.offset + before.length, length: 1 }, ''), ...mark(key)]]
              : [];
          }),
  },
  {
    name: 'a key given twice',
    codes: ['duplicate-key'],
    sites: subject =>
      !isJson(subject)
        ? []
        : subject.uses.flatMap(({ args }) =>
            args
              .slice(0, 1)
              .flatMap(({ key, value, name }) =>
                value
                  ? [
                      [
                        put(
                          { offset: key.offset, length: 0 },
                          `${JSON.stringify(name)}: ${subject.text.slice(value.offset, value.offset + value.length)}, `,
                        ),
                        ...mark(key),
                      ],
                    ]
                  : [],
              ),
          ),
  },
  {
    name: 'a misspelt section',
    codes: ['unknown-key'],
    sites: subject =>
      !isMmar(subject)
        ? []
        : sectionsOf(subject.model.doc).flatMap(({ node }) =>
            ['dataset', 'dataloader', 'inferer', 'handlers', 'pre_transforms'].flatMap(name => {
              const key = propertyOf(node, name)?.children?.[0];
              return key ? [[put(rangeOf(key), marked(JSON.stringify(swapped(name))))]] : [];
            }),
          ),
  },
  {
    name: 'a misspelt variable at the top',
    codes: ['misspelt-variable', 'unused-variable', 'unknown-key'],
    sites: subject =>
      subject.model.kind !== 'train'
        ? []
        : ['multi_gpu', 'cudnn_benchmark', 'amp'].flatMap(name => {
            const key = propertyOf(subject.model.doc.root, name)?.children?.[0];
            return key ? [[put(rangeOf(key), marked(JSON.stringify(swapped(name))))]] : [];
          }),
  },
];
