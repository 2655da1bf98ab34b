import { t } from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadSchemas } from '../core/config/schemas.ts';
import { makeAssembler } from '../core/language/assemble.ts';
import { openCatalogs } from '../io/catalog.ts';
import { everywhere, Exit, readArguments, setValues, type Terminal } from './commandLine.ts';
import { answering } from './failure.ts';
import { shipped, version } from './packageFolder.ts';

const help = (): string =>
  t(`Usage: mmar lsp [--stdio] [--set KEY=VALUE]...

Serves the language features of the editor to any editor that speaks the Language Server Protocol, over
standard input and output: findings with fixes, completion, hover, signatures, definitions, references, rename,
symbols, folding and inlay hints for the configs of MMARs and MONAI Bundles (JSON and YAML).

  --stdio          what it does anyway; editors like to say it
  --set KEY=VALUE  a variable, as on the command line of the training; several may follow
  --help           this text

Exit status: 0 after the editor's shutdown, 1 without it, 2 wrong use.`);

/** `mmar lsp`: ends when the editor says so, or when it is gone. */
export async function runLsp(argv: readonly string[], terminal: Terminal): Promise<number> {
  return answering('lsp', { argv, terminal }, async () => {
    const { values } = readArguments(argv, { ...everywhere, stdio: { type: 'boolean' } });
    if (values.help === true) {
      terminal.out(help());
      return Exit.ok;
    }
    const folder = shipped('mmar-schemas');
    const schemas = loadSchemas(file => readFileSync(path.join(folder, file), 'utf8'));
    const knowledge = openCatalogs(path.join(folder, 'components'));
    const assemble = makeAssembler({ knowledge, schemas });
    const parts = { schemas, knowledge, assemble, set: setValues(values.set), version: version() };
    // the library of the protocol is read only where it is needed
    const { serve } = await import('./lspServer.ts');
    return serve(parts);
  });
}
