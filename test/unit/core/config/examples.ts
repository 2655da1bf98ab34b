import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const repository = path.resolve(__dirname, '../../../..');
/** Public MMARs and bundles, where they exist beside the repository. */
const shared = path.resolve(repository, '../shared/data');

export interface Used {
  readonly name: string;
  readonly args: readonly string[];
}

export interface Example {
  readonly file: string;
  readonly config: unknown;
  readonly environment?: unknown;
  /** Of a bundle. */
  readonly metadata?: unknown;
  readonly used: readonly Used[];
}

/** Keys of a component in an MMAR; an object with others is something else that has a name. */
const own = new Set([
  ...['name', 'path', 'args', 'disabled', 'rank', 'log_label', 'is_key_metric', 'search', 'apply'],
  ...['data_list_file_path', 'data_file_base_dir', 'data_list_key', 'triton_model_config'],
]);

type Values = Record<string, unknown>;

function componentsIn(value: unknown, key = ''): Used[] {
  if (Array.isArray(value)) return value.flatMap(item => componentsIn(item, key));
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Values;
  const inner = Object.entries(object).flatMap(([name, item]) => componentsIn(item, name));
  const target = object['_target_'];
  if (typeof target === 'string') {
    const args = Object.keys(object).filter(name => !/^_\w+_$/.test(name));
    return [{ name: target, args }, ...inner];
  }
  const name = object['path'] ?? object['name'];
  const isNamed = typeof name === 'string' && Object.keys(object).every(part => own.has(part));
  if (!isNamed || ['servers', 'input', 'output'].includes(key)) return inner;
  return [{ name, args: Object.keys(object['args'] ?? {}) }, ...inner];
}

function read(file: string): unknown {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.json') ? (JSON.parse(text) as unknown) : (parse(text) as unknown);
}

const below = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map(name => path.join(folder, name)) : [];

const others = /(environment|metadata|dataset.*|logging.*)\.\w+$/;

function configsIn(folder: string): string[] {
  return below(folder).filter(file => /\.(json|ya?ml)$/.test(file) && !others.test(file));
}

/** The configs of the samples and fixtures, and of the public MMARs. */
export function mmarExamples(): Example[] {
  const mmars = [
    path.join(repository, 'samples/spleen'),
    path.join(repository, 'test/fixtures/mmar40'),
    ...below(path.join(shared, 'mmars')),
  ];
  return mmars.flatMap(mmar => {
    const environment = read(path.join(mmar, 'config/environment.json'));
    return configsIn(path.join(mmar, 'config')).map(file => {
      const config = read(file);
      return { file, config, environment, used: componentsIn(config) };
    });
  });
}

/** The configs of public bundles; none where there are none beside the repository. */
export function bundleExamples(): Example[] {
  return below(path.join(shared, 'bundles')).flatMap(bundle => {
    const metadata = read(path.join(bundle, 'configs/metadata.json'));
    return configsIn(path.join(bundle, 'configs')).map(file => {
      const config = read(file);
      return { file, config, metadata, used: componentsIn(config) };
    });
  });
}
