import * as vscode from 'vscode';
import { describeComponent } from '../../core/language/describe.ts';
import { hover } from '../../core/language/hover.ts';
import { inlayHints } from '../../core/language/inlay.ts';
import { definitions, occurrences } from '../../core/language/occurrences.ts';
import { symbolIn } from '../../core/language/rename.ts';
import { signature } from '../../core/language/signature.ts';
import { answered, sceneOf, type Scenes } from './asking.ts';
import { locationsOf, rangeIn } from './places.ts';

export const hoverProvider = (scenes: Scenes): vscode.HoverProvider => ({
  async provideHover(document, position) {
    const offset = document.offsetAt(position);
    const found = await answered(scenes, document, ({ model, context }) =>
      hover(model, offset, context),
    );
    // neither trusted nor HTML: texts of packages and configs are other people's
    return (
      found &&
      new vscode.Hover(new vscode.MarkdownString(found.markdown), rangeIn(document, found.range))
    );
  },
});

export const signatureProvider = (scenes: Scenes): vscode.SignatureHelpProvider => ({
  async provideSignatureHelp(document, position) {
    const offset = document.offsetAt(position);
    const scene = await sceneOf(scenes, document);
    const found = scene && signature(scene.model, offset, scene.context);
    if (!scene || !found) return undefined;
    const shown = new vscode.SignatureInformation(found.label);
    const doc = describeComponent(scene.model, scene.context, found.component);
    if (doc !== undefined)
      shown.documentation = new vscode.MarkdownString(
        doc.replace(/^```python\n[\s\S]*?\n```\n*/, ''),
      );
    shown.parameters = found.parameters.map(
      ({ from, to }) => new vscode.ParameterInformation([from, to]),
    );
    const help = new vscode.SignatureHelp();
    help.signatures = [shown];
    help.activeParameter = found.active ?? found.parameters.length; // beyond the last: none
    return help;
  },
});

export const definitionProvider = (scenes: Scenes): vscode.DefinitionProvider => ({
  async provideDefinition(document, position) {
    const scene = await sceneOf(scenes, document);
    const symbol = scene && symbolIn(scene.model, document.offsetAt(position), scene.context);
    return symbol && locationsOf(document.uri, definitions(symbol, scene.context));
  },
});

export const referenceProvider = (scenes: Scenes): vscode.ReferenceProvider => ({
  async provideReferences(document, position, { includeDeclaration }) {
    const scene = await sceneOf(scenes, document);
    const symbol = scene && symbolIn(scene.model, document.offsetAt(position), scene.context);
    if (!symbol || symbol.kind === 'file') return undefined;
    const all = occurrences(symbol, scene.context);
    return locationsOf(
      document.uri,
      all.filter(({ isDefinition }) => includeDeclaration || !isDefinition),
    );
  },
});

export const inlayProvider = (
  scenes: Scenes,
  changed: vscode.Event<void>,
): vscode.InlayHintsProvider => ({
  onDidChangeInlayHints: changed,
  async provideInlayHints(document, range) {
    const scene = await sceneOf(scenes, document);
    if (!scene) return [];
    const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return inlayHints(scene.model, scene.context, { offset: from, length: to - from }).map(
      ({ offset, label, tooltip }) => {
        const hint = new vscode.InlayHint(document.positionAt(offset), label);
        hint.paddingLeft = true;
        hint.tooltip = tooltip;
        return hint;
      },
    );
  },
});
