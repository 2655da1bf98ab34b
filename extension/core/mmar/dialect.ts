import { isValues } from './kind.ts';

/** 4.0 wires objects by itself, 4.1 has the wiring written out ("@model"). */
export type Dialect = '4.0' | '4.1';

/** The wiring tells, not the version: files of both forms exist without one. */
export function dialectOf(value: unknown): Dialect {
  if (hasWiring(value)) return '4.1';
  const version: unknown = isValues(value) ? value['CLARA_TRAIN_VERSION'] : undefined;
  return typeof version === 'string' && /^(4\.[1-9]|[5-9])/.test(version) ? '4.1' : '4.0';
}

function hasWiring(value: unknown): boolean {
  if (typeof value === 'string') return value === '@dataset' || value === '@pre_transforms';
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasWiring);
}
