import { t } from '@vscode/l10n';
import { isList, isObject, textOf, type JsonObject } from '../bundle/json.ts';
import { plainText } from '../bundle/values.ts';
import { releases } from '../releases.ts';
import type { MmarAbout } from './about.ts';
import { dataFormat, type CompiledConfigs } from './dataFormat.ts';
import { datalistFacts, type DatalistFacts } from './datalistFacts.ts';

const packages = { nibabel: '5.4.2', 'pytorch-ignite': '0.5.5', tensorboard: '2.21.0' };

/** The rules that `monai.bundle verify_metadata` checks against. */
const schema =
  'https://github.com/Project-MONAI/MONAI-extra-test-data/releases/download/0.8.1/meta_schema_20220324.json';

export interface MetadataSource {
  readonly name: string;
  readonly environment: JsonObject;
  readonly about?: MmarAbout | undefined;
}

export interface Metadata {
  readonly value: JsonObject;
  readonly assumed: readonly string[];
}

/** metadata.json, with every key that MONAI's bundle specification asks for. */
export function metadata(source: MetadataSource, configs: CompiledConfigs): Metadata {
  const { name, environment, about } = source;
  const facts = withLabels(datalistFacts(about?.datalist), about?.aiaa);
  const kind = textOf(environment['PROCESSING_TASK']) || 'segmentation';
  const { format, assumed } = dataFormat(configs, facts, kind !== 'classification');
  const text = (value: string): string => plainText(value);
  return {
    value: {
      schema,
      version: '0.1.0',
      changelog: { '0.1.0': text(t('exported from the MMAR "{0}"', name)) },
      monai_version: releases.monai,
      pytorch_version: releases.torch,
      numpy_version: releases.numpy,
      required_packages_version: packages,
      // what the specification called it before MONAI 1.4; its schema still asks for it
      optional_packages_version: packages,
      name: text(name),
      task: text(taskOf(kind, facts)),
      description: text(descriptionOf(source, facts)),
      authors: t('Not stated in the MMAR.'),
      copyright: text(copyrightOf(about?.license) ?? t('Not stated in the MMAR.')),
      ...(facts.reference || facts.name
        ? { data_source: text(facts.reference || facts.name) }
        : {}),
      ...(facts.isNifti ? { data_type: 'nifti' } : {}),
      network_data_format: format,
    },
    assumed,
  };
}

/** config_aiaa.json names the labels, too, but not the background. */
function withLabels(facts: DatalistFacts, aiaa: unknown): DatalistFacts {
  const named = isObject(aiaa) && isList(aiaa['labels']) ? aiaa['labels'].map(textOf) : [];
  if (facts.labels.length > 0 || named.length === 0) return facts;
  return { ...facts, labels: ['background', ...named] };
}

function taskOf(kind: string, { labels }: DatalistFacts): string {
  const organs = labels.slice(1).join(', ');
  return organs === '' ? kind : t('{0} of {1}', kind, organs);
}

function descriptionOf({ name, about }: MetadataSource, facts: DatalistFacts): string {
  const aiaa = isObject(about?.aiaa) ? textOf(about.aiaa['description']) : '';
  return (
    firstParagraph(about?.readme ?? '') ||
    aiaa ||
    facts.description ||
    t('Compiled from the MMAR "{0}".', name)
  );
}

/** The first text of a Markdown document that is no heading, on one line. */
function firstParagraph(markdown: string): string {
  const paragraphs = markdown.split(/\r?\n\s*\r?\n/).map(part => part.trim());
  const isText = (part: string): boolean => part !== '' && !/^(#|[-*|>!<`=]|\d+\.)/.test(part);
  return (paragraphs.find(isText) ?? '').replaceAll(/\s+/g, ' ');
}

const copyrightOf = (license: string | undefined): string | undefined =>
  license
    ?.split(/\r?\n/)
    .map(line => line.trim())
    .find(line => /^(copyright|\(c\)|©)/i.test(line) && /\d{4}/.test(line));
