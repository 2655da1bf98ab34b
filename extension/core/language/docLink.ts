import type { Catalog } from '../config/catalog.ts';
import type { ComponentSpec } from '../config/spec.ts';

/** Pages of MONAI's documentation that list what a package hands on. */
const monaiPages: readonly [prefix: string, page: string][] = [
  ['monai.apps', 'apps'],
  ['monai.auto3dseg', 'auto3dseg'],
  ['monai.bundle', 'bundle'],
  ['monai.data', 'data'],
  ['monai.engines', 'engines'],
  ['monai.fl', 'fl'],
  ['monai.handlers', 'handlers'],
  ['monai.inferers', 'inferers'],
  ['monai.losses', 'losses'],
  ['monai.metrics', 'metrics'],
  ['monai.networks', 'networks'],
  ['monai.optimizers', 'optimizers'],
  ['monai.transforms', 'transforms'],
  ['monai.utils', 'utils'],
  ['monai.visualize', 'visualize'],
];

/** Documentation of the very release; undefined where nobody publishes one. */
export function docLink(spec: ComponentSpec, catalog: Catalog): string | undefined {
  const { path, publicModule, module } = spec;
  const release = (name: string): string => catalog.packages[name] ?? '';
  if (module.startsWith('monai.')) {
    const page = monaiPages.find(([prefix]) => isBelow(module, prefix))?.[1];
    const version = catalog.release.replace(/^(\d+\.\d+\.\d+).*$/, '$1');
    return page && `https://docs.monai.io/en/${version}/${page}.html#${path}`;
  }
  if (module.startsWith('torch.')) {
    const [version = 'stable'] = /^\d+\.\d+/.exec(release('torch')) ?? [];
    return `https://docs.pytorch.org/docs/${version}/generated/${path}.html`;
  }
  if (module.startsWith('ignite.'))
    return `https://docs.pytorch.org/ignite/v${release('pytorch-ignite')}/generated/${publicModule}.${spec.name}.html`;
  return undefined;
}

const isBelow = (module: string, prefix: string): boolean =>
  module === prefix || module.startsWith(`${prefix}.`);
