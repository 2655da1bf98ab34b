// Everything that a run in a real VS Code needs. Plain JavaScript: scripts/start.mjs uses it without a build.
export * from './browser.mjs';
export * from './server.mjs';
export * from './workbench.mjs';
export * from './pages.mjs';
