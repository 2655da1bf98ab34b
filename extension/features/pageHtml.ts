export interface PageHtml {
  readonly page: string;
  readonly language: string;
  /** Where the page's own files come from, as its content policy names it. */
  readonly source: string;
  readonly nonce: string;
  /** Address of a file of dist/webviews. */
  address(name: string): { toString(): string };
}

/** The document of every page; its script builds the rest. Without `vscode`, so that the pages' tests load the very same. */
export function pageHtml({ page, language, source, nonce, address }: PageHtml): string {
  const at = (name: string): string => address(name).toString();
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(source, nonce)}">
<link rel="stylesheet" href="${at('codicon.css')}" id="vscode-codicon-stylesheet" nonce="${nonce}">
<link rel="stylesheet" href="${at(`${page}.css`)}">
</head>
<body>
<script nonce="${nonce}" src="${at(`${page}.js`)}"></script>
</body>
</html>`;
}

/** The least that the pages need: NiiVue compiles WebAssembly and starts workers from blobs, the controls style themselves inline. */
function contentPolicy(source: string, nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval' blob:`,
    `worker-src blob:`,
    `connect-src ${source} data: blob:`,
    `img-src ${source} data: blob:`,
    `font-src ${source} data:`,
    `style-src ${source} 'unsafe-inline'`,
  ].join('; ');
}
