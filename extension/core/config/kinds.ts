import type { ConfigKind } from '../mmar/kind.ts';

/** What is checked: configs, cluster profiles, and the scripts in commands/. */
export type CheckedKind = ConfigKind | 'clusters' | 'script';
