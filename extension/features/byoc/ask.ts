import { t } from '@vscode/l10n';
import * as vscode from 'vscode';

/** Thrown where the user steps back; `command` swallows it. */
export function stepBack(): never {
  throw new vscode.CancellationError();
}

/** Questions of one command, numbered in their titles. */
export class Questions {
  private asked = 0;

  constructor(
    private readonly title: string,
    private readonly total: number,
  ) {}

  async choose<T extends vscode.QuickPickItem>(
    items: readonly T[],
    placeHolder: string,
  ): Promise<T> {
    const options = {
      title: this.next(),
      placeHolder,
      matchOnDescription: true,
      matchOnDetail: true,
    };
    return (await vscode.window.showQuickPick(items, options)) ?? stepBack();
  }

  async chooseMany<T extends vscode.QuickPickItem>(
    items: readonly T[],
    placeHolder: string,
  ): Promise<readonly T[]> {
    const options = { title: this.next(), placeHolder, canPickMany: true } as const;
    return (await vscode.window.showQuickPick(items, options)) ?? stepBack();
  }

  /** Text that nothing is wrong with; `problem` says what is. */
  async type(
    prompt: string,
    value: string,
    problem: (text: string) => string | undefined,
  ): Promise<string> {
    const options = { title: this.next(), prompt, value, validateInput: problem };
    return (await vscode.window.showInputBox(options)) ?? stepBack();
  }

  private next(): string {
    this.asked++;
    return t('{0} ({1}/{2})', this.title, this.asked, Math.max(this.asked, this.total));
  }
}
