import type { ComponentSpec } from './spec.ts';

/**
 * First sentences of the documentation of the user's own packages, as `harvest docs` writes them. They belong to the
 * packages' authors, so none ship; without them hover shows signatures and facts only.
 */
export interface CatalogDocs {
  readonly label: string;
  of(spec: ComponentSpec): string | undefined;
  ofArg(spec: ComponentSpec, arg: string): string | undefined;
}

interface DocsFile {
  readonly format: 1;
  readonly label: string;
  readonly items: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>>;
}

/** Throws where the text is no such file: it is a cache that can be made again. */
export function loadDocs(text: string): CatalogDocs {
  const file = JSON.parse(text) as Partial<DocsFile> | null;
  if (file?.format !== 1 || typeof file.items !== 'object')
    throw new Error('not a documentation cache of format 1');
  const items = new Map(Object.entries(file.items));
  const itemOf = (spec: ComponentSpec) => items.get(`${spec.module}.${spec.name}`);
  return {
    label: file.label ?? '',
    of: spec => itemOf(spec)?.[0] || undefined,
    ofArg: (spec, arg) => {
      const args = itemOf(spec)?.[1] ?? {};
      return Object.hasOwn(args, arg) ? args[arg] : undefined;
    },
  };
}
