import * as vscode from 'vscode';
import { complete, type Completion } from '../../core/language/complete.ts';
import { describeArg, describeComponent } from '../../core/language/describe.ts';
import type { CompletionKind } from '../../core/language/write.ts';
import { answered, type Scene, type Scenes } from './asking.ts';
import { rangeIn } from './places.ts';

const kinds: Readonly<Record<CompletionKind, vscode.CompletionItemKind>> = {
  component: vscode.CompletionItemKind.Class,
  class: vscode.CompletionItemKind.Class,
  arg: vscode.CompletionItemKind.Field,
  value: vscode.CompletionItemKind.EnumMember,
  key: vscode.CompletionItemKind.Property,
  reference: vscode.CompletionItemKind.Reference,
  variable: vscode.CompletionItemKind.Variable,
  dataKey: vscode.CompletionItemKind.Constant,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
};

export const triggers = ['"', "'", '@', '{', '/', '.', '%', ':', '#'];

/** Items keep what they were made from, for the documentation that only the chosen one needs. */
export function completionProvider(scenes: Scenes): vscode.CompletionItemProvider {
  const made = new WeakMap<vscode.CompletionItem, { item: Completion; scene: Scene }>();
  return {
    async provideCompletionItems(document, position) {
      const offset = document.offsetAt(position);
      const { version } = document;
      const found = await answered(scenes, document, scene => ({
        scene,
        items: complete(scene.model, offset, scene.context),
      }));
      if (!found || document.version !== version) return undefined;
      return found.items.flatMap(item => {
        const shown = itemOf(document, item);
        if (!shown) return [];
        made.set(shown, { item, scene: found.scene });
        return [shown];
      });
    },
    resolveCompletionItem(shown) {
      const { item, scene } = made.get(shown) ?? {};
      const about = item?.about;
      if (!about || !scene) return shown;
      const { model, context } = scene;
      const text =
        about.arg === undefined
          ? describeComponent(model, context, about.component)
          : describeArg(model, context, about.component, about.arg);
      if (text !== undefined) shown.documentation = new vscode.MarkdownString(text);
      return shown;
    },
  };
}

function itemOf(
  document: vscode.TextDocument,
  item: Completion,
): vscode.CompletionItem | undefined {
  const range = rangeIn(document, item.range);
  if (!range.isSingleLine) return undefined; // VS Code takes no other
  const shown = new vscode.CompletionItem(item.label, kinds[item.kind]);
  shown.range = range;
  shown.insertText = item.isSnippet ? new vscode.SnippetString(item.insert) : item.insert;
  shown.filterText = item.filter;
  shown.sortText = item.sort;
  if (item.detail) shown.detail = item.detail;
  if (item.isDeprecated) shown.tags = [vscode.CompletionItemTag.Deprecated];
  if (item.also?.length)
    shown.additionalTextEdits = item.also.map(({ range: at, text }) =>
      vscode.TextEdit.replace(rangeIn(document, at), text),
    );
  if (item.goOn) shown.command = { command: 'editor.action.triggerSuggest', title: '' };
  return shown;
}
