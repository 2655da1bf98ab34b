import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import {
  foldings,
  outline,
  type OutlineItem,
  type OutlineKind,
} from '../../core/language/outline.ts';
import { lenses, type LensAction } from '../../core/language/lenses.ts';
import { Command, type CommandId } from '../../ids.ts';
import { sceneOf, type Scenes } from './asking.ts';
import { rangeIn } from './places.ts';

const kinds: Readonly<Record<OutlineKind, vscode.SymbolKind>> = {
  section: vscode.SymbolKind.Module,
  list: vscode.SymbolKind.Array,
  component: vscode.SymbolKind.Class,
  variable: vscode.SymbolKind.Variable,
  arg: vscode.SymbolKind.Field,
};

export const symbolProvider = (scenes: Scenes): vscode.DocumentSymbolProvider => ({
  async provideDocumentSymbols(document) {
    const scene = await sceneOf(scenes, document);
    return scene && outline(scene.model).map(item => symbolOf(document, item));
  },
});

function symbolOf(document: vscode.TextDocument, item: OutlineItem): vscode.DocumentSymbol {
  const [range, selection] = [rangeIn(document, item.range), rangeIn(document, item.selection)];
  const made = new vscode.DocumentSymbol(
    item.name,
    item.detail,
    kinds[item.kind],
    range,
    selection,
  );
  made.children = item.children.map(child => symbolOf(document, child));
  return made;
}

export const foldingProvider = (scenes: Scenes): vscode.FoldingRangeProvider => ({
  async provideFoldingRanges(document) {
    const scene = await sceneOf(scenes, document);
    return (
      scene &&
      foldings(scene.model).map(({ offset, length }) => {
        const start = document.positionAt(offset).line;
        // a YAML value ends where the next key begins
        const end = document.positionAt(
          offset +
            document
              .getText()
              .slice(offset, offset + length)
              .trimEnd().length,
        ).line;
        return new vscode.FoldingRange(start, end);
      })
    );
  },
});

const titles: Readonly<Record<LensAction, () => string>> = {
  check: () => t('$(checklist) Check'),
  train: () => t('$(play) Train'),
  infer: () => t('$(wand) Infer'),
  export: () => t('$(package) Export'),
};
const commands: Readonly<Record<LensAction, CommandId>> = {
  check: Command.check,
  train: Command.train,
  infer: Command.infer,
  export: Command.exportBundle,
};

/** Where nothing may run, only the check is offered. */
export const lensProvider = (scenes: Scenes): vscode.CodeLensProvider => ({
  async provideCodeLenses(document) {
    const scene = await sceneOf(scenes, document);
    if (!scene) return [];
    const { isTrusted } = vscode.workspace;
    return lenses(scene.model)
      .filter(({ action }) => isTrusted || action === 'check' || action === 'export')
      .map(
        ({ range, action }) =>
          new vscode.CodeLens(rangeIn(document, range), {
            title: titles[action](),
            command: commands[action],
            arguments: [document.uri],
          }),
      );
  },
});
