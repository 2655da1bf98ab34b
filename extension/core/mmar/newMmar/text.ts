import { renderJson } from '../../byoc/jsonEdits.ts';
import type { Json } from '../toBundle.ts';

/** JSON as configs are written by hand: lists of plain values on one line. */
export const textOf = (value: Json): string =>
  `${renderJson(value, { unit: '  ', eol: '\n', indent: '', oneLine: false })}\n`;
