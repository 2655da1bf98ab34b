import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { t } from '@vscode/l10n';
import { RemoteError } from '../io/errors.ts';

/** What ships beside the programs. */
type Shipped = 'mmar-schemas' | 'remote' | 'package.json';

/** A part of the package: beside the built program (dist/) as at the top of the sources. */
export function shipped(part: Shipped): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const found = path.join(folder, part);
    if (existsSync(found)) return found;
    if (path.dirname(folder) === folder)
      throw new RemoteError(
        'missing',
        t('This copy of mmar is not complete: {0} is missing above {1}.', part, __dirname),
      );
  }
}

/** Source of the runtime module of bundles. */
export const runtimeSource = (): string =>
  readFileSync(path.join(shipped('remote'), 'runtime', 'mmar_runtime.py'), 'utf8');

export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(shipped('package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}
