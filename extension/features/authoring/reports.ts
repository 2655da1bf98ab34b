import * as vscode from 'vscode';

const scheme = 'mmar-report';

/** Reports to read, which lie in no folder: Markdown documents of the window. */
export interface Reports {
  show(name: string, markdown: string): Promise<void>;
  dispose(): void;
}

export function registerReports(): Reports {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: uri => texts.get(uri.path) ?? '',
  });
  return {
    show: async (name, markdown) => {
      const uri = vscode.Uri.from({ scheme, path: `/${name}.md` });
      texts.set(uri.path, markdown);
      changed.fire(uri);
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    },
    dispose: () => {
      provider.dispose();
      changed.dispose();
    },
  };
}
