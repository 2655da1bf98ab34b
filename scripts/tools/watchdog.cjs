// Stands in for @vscode/native-watchdog in our copy of code-server: a process ends with the one that it serves.
'use strict';

exports.start = pid => {
  const timer = setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 3000);
  timer.unref();
};

exports.exit = code => process.exit(code || 0);
