import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadSchemas } from '../../../../extension/core/config/schemas.ts';

const folder = path.join(__dirname, '../../../../mmar-schemas');

/** The schemas that ship. */
export const schemas = loadSchemas(file => readFileSync(path.join(folder, file), 'utf8'));
