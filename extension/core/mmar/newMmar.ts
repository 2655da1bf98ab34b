import { t } from '@vscode/l10n';
import { textOf as renderJson } from './newMmar/text.ts';
import { aiaaConfig } from './newMmar/aiaa.ts';
import { inferenceConfig, validationConfig } from './newMmar/flatConfigs.ts';
import { scripts } from './newMmar/scripts.ts';
import { readme } from './newMmar/readme.ts';
import { trainConfig } from './newMmar/trainConfig.ts';
import type { Json, JsonObject } from './toBundle.ts';

/** Networks that MONAI 0.8.1 (Clara 4.1) and 1.6.1 build from the same arguments. */
export const networkNames = ['UNet', 'SegResNet', 'BasicUNet', 'DynUNet', 'UNETR'] as const;
export type NetworkName = (typeof networkNames)[number];

/** What images are of, and for CT which Hounsfield units matter. */
export const modalities = ['CT soft tissue', 'CT lung', 'CT bone', 'CT brain', 'MR'] as const;
export type Modality = (typeof modalities)[number];

/** Lists of cases that an MMAR reads. */
export interface DataChoice {
  /** DATA_ROOT, relative to the MMAR or absolute. */
  readonly root: string;
  /** DATASET_JSON; undefined: a datalist is written into the MMAR. */
  readonly datalist: string | undefined;
  /** What is written; undefined: a template. */
  readonly content?: JsonObject;
  readonly lists: { readonly training: string; readonly validation: string; readonly test: string };
}

/** All that a new segmentation MMAR is made from. */
export interface MmarChoices {
  readonly name: string;
  readonly modality: Modality;
  /** Names of the labels 1, 2, ...; the background is none of them. */
  readonly labels: readonly string[];
  readonly dimensions: 2 | 3;
  /** Of an image: sequences of an MR, colours of a photograph. */
  readonly channels: number;
  readonly network: NetworkName;
  /** Millimetres per voxel, one number per dimension. */
  readonly spacing: readonly number[];
  /** Voxels of a training patch, and of the window that predicts. */
  readonly patch: readonly number[];
  readonly data: DataChoice;
}

export const newDatalist = 'data/dataset.json';

export const templateData: DataChoice = {
  root: 'data',
  datalist: undefined,
  lists: { training: 'training', validation: 'validation', test: 'test' },
};

/** What fits most data of so many dimensions. */
export const defaultsFor = (
  dimensions: 2 | 3,
): { spacing: readonly number[]; patch: readonly number[] } =>
  dimensions === 3
    ? { spacing: [1.5, 1.5, 2], patch: [96, 96, 96] }
    : { spacing: [1, 1], patch: [256, 256] };

/** Channels of the network's output: one per label, and the background. */
export const classesOf = ({ labels }: MmarChoices): number => labels.length + 1;

export interface MmarText {
  /** Relative to the MMAR. */
  readonly path: string;
  readonly text: string;
}

/** Every file of a new MMAR, dialect 4.1. The configs agree on preprocessing, patch and channels. */
export function newMmarFiles(choices: MmarChoices): MmarText[] {
  const json = (path: string, value: Json): MmarText => ({ path, text: renderJson(value) });
  return [
    json('config/config_train.json', trainConfig(choices)),
    json('config/config_validation.json', validationConfig(choices)),
    json('config/config_inference.json', inferenceConfig(choices)),
    json('config/config_aiaa.json', aiaaConfig(choices)),
    json('config/environment.json', environment(choices)),
    ...(choices.data.datalist === undefined
      ? [json(newDatalist, choices.data.content ?? template(choices))]
      : []),
    ...scripts(choices),
    { path: 'resources/log.config', text: logConfig },
    { path: 'docs/Readme.md', text: readme(choices) },
  ];
}

const environment = ({ data }: MmarChoices): JsonObject => ({
  DATA_ROOT: data.root,
  DATASET_JSON: data.datalist ?? newDatalist,
  PROCESSING_TASK: 'segmentation',
  MMAR_EVAL_OUTPUT_PATH: 'eval',
  MMAR_CKPT_DIR: 'models',
  MMAR_CKPT: 'models/model.pt',
  MMAR_TORCHSCRIPT: 'models/model.ts',
});

/** A template: paths to be replaced by those of real cases. */
function template({ name, modality, labels, dimensions, channels }: MmarChoices): JsonObject {
  const image = (folder: string, number: number): Json => {
    const one = (channel: string): string => `${folder}/case_${number}${channel}.nii.gz`;
    if (channels === 1) return one('');
    return Array.from({ length: channels }, (_, i) => one(`_${i}`));
  };
  const known = (number: number): JsonObject => ({
    image: image('imagesTr', number),
    label: `labelsTr/case_${number}.nii.gz`,
  });
  const short = modality.startsWith('CT') ? 'CT' : 'MR';
  return {
    name,
    description: t('Replace these cases by your own; paths start from DATA_ROOT.'),
    tensorImageSize: dimensions === 3 ? '3D' : '2D',
    modality: Object.fromEntries(Array.from({ length: channels }, (_, i) => [`${i}`, short])),
    labels: Object.fromEntries(['background', ...labels].map((label, i) => [`${i}`, label])),
    training: [known(1), known(2), known(3)],
    validation: [known(4)],
    test: [{ image: image('imagesTs', 5) }],
  };
}

const logConfig = `[loggers]
keys=root,modelLogger

[handlers]
keys=consoleHandler

[formatters]
keys=fullFormatter

[logger_root]
level=INFO
handlers=consoleHandler

[logger_modelLogger]
level=DEBUG
handlers=consoleHandler
qualname=modelLogger
propagate=0

[handler_consoleHandler]
class=StreamHandler
level=INFO
formatter=fullFormatter
args=(sys.stdout,)

[formatter_fullFormatter]
format=%(asctime)s - %(name)s - %(levelname)s - %(message)s
`;
