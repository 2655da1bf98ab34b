import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Finding, Fix } from '../../core/config/finding.ts';
import { spanIn } from './diagnostics.ts';

/** What was found in a document, as it stood then. */
export interface Checked {
  readonly version: number;
  readonly findings: readonly Finding[];
  readonly diagnostics: readonly vscode.Diagnostic[];
}

/** Quick fixes of the findings, and one for all of a kind. */
export function registerQuickFixes(
  checked: (document: vscode.TextDocument) => Checked | undefined,
): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions(document, range) {
      const now = checked(document);
      // its places are those of a text that is no more
      if (!now || now.version !== document.version) return [];
      const here = now.findings
        .map((finding, i) => ({ finding, diagnostic: now.diagnostics[i] }))
        .filter(({ diagnostic }) => diagnostic?.range.intersection(range) !== undefined);
      return here.flatMap(({ finding, diagnostic }) =>
        diagnostic ? actionsFor(document, now, finding, diagnostic) : [],
      );
    },
  };
  const selector = [
    { language: 'json' },
    { language: 'jsonc' },
    { language: 'yaml' },
    { language: 'shellscript' },
  ];
  return vscode.languages.registerCodeActionsProvider(selector, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

function actionsFor(
  document: vscode.TextDocument,
  { findings }: Checked,
  finding: Finding,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction[] {
  const own = (finding.fixes ?? []).map((fix, i) => {
    const action = actionFor(document, fix.title, [fix]);
    action.diagnostics = [diagnostic];
    action.isPreferred = i === 0;
    return action;
  });
  const alike = findings.filter(({ code, fixes }) => code === finding.code && fixes?.[0]);
  const fixes = withoutOverlaps(alike.flatMap(other => other.fixes?.[0] ?? []));
  if (own.length === 0 || fixes.length < 2) return own;
  const title = t('Fix all {0} of "{1}"', fixes.length, finding.code);
  return [...own, actionFor(document, title, fixes)];
}

function actionFor(
  document: vscode.TextDocument,
  title: string,
  fixes: readonly Fix[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of fixes.flatMap(({ edits }) => edits))
    action.edit.replace(document.uri, spanIn(document, range), text);
  return action;
}

/** Two changes of one place cannot both be made. */
function withoutOverlaps(fixes: readonly Fix[]): Fix[] {
  const taken: { from: number; to: number }[] = [];
  return fixes.filter(({ edits }) => {
    const spans = edits.map(({ range }) => ({
      from: range.offset,
      to: range.offset + range.length,
    }));
    if (spans.some(span => taken.some(({ from, to }) => span.from <= to && from <= span.to)))
      return false;
    taken.push(...spans);
    return true;
  });
}
