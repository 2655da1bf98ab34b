import type { BundleFinding } from './bundle/findings.ts';
import type { JsonObject } from './bundle/json.ts';
import type { MmarAbout } from './export/about.ts';
import { loggingConf } from './export/logging.ts';
import { mappingReport } from './export/mapping.ts';
import { bundleReadme } from './export/readme.ts';

export interface ExportSource {
  readonly name: string;
  readonly train: JsonObject;
  readonly findings: readonly BundleFinding[];
  readonly about: MmarAbout;
  readonly assumed: readonly string[];
  readonly hasOwn: { readonly validation: boolean; readonly inference: boolean };
}

/** What makes a bundle complete beside its configs: logging, documents, license. */
export function exportFiles(source: ExportSource): { path: string; text: string }[] {
  const { name, about } = source;
  const logging = loggingConf(about.logConfig);
  return [
    { path: 'configs/logging.conf', text: logging.text },
    { path: 'docs/README.md', text: bundleReadme(name, about) },
    {
      path: 'docs/mapping.md',
      text: mappingReport({ ...source, loggingReplaced: logging.replaced }),
    },
    ...(about.license === undefined ? [] : [{ path: 'LICENSE', text: about.license }]),
  ];
}
