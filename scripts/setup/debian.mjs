// Debian packages, only where that needs no question: as root, or with sudo that asks for no password.
import { withLock } from './lock.mjs';
import { outputOf, quietly, SetupError, which } from './processes.mjs';

/** A root shell script: no daemon starts at install, and the machine's own policy is put back in any case. */
const installScript = `
set -e
guard=/usr/sbin/policy-rc.d
kept=$guard.before-mmar-workbench
restore() {
  rm -f "$guard"
  if [ -e "$kept" ] || [ -L "$kept" ]; then mv -f "$kept" "$guard"; fi
}
if [ ! -e "$kept" ] && [ ! -L "$kept" ] && { [ -e "$guard" ] || [ -L "$guard" ]; }; then
  mv "$guard" "$kept"
fi
trap restore EXIT
trap 'exit 130' INT TERM HUP
printf '#!/bin/sh\\nexit 101\\n' > "$guard"
chmod 755 "$guard"
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"; }
install "$@" || { apt-get update; install "$@"; }
`;

function isInstalled(name) {
  return outputOf(['dpkg-query', '-W', '-f=${Status}', name]) === 'install ok installed';
}

function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return outputOf(['sudo', '-n', 'true']) === undefined ? undefined : ['sudo', '-n'];
}

/** Installs what is missing of these Debian packages; `purpose` ends the sentence "is needed ...". */
export async function ensureDebianPackages(names, purpose) {
  const missing = which('dpkg-query') ? names.filter(name => !isInstalled(name)) : names;
  if (missing.length === 0) return;
  const prefix = which('apt-get') ? rootPrefix() : undefined;
  if (!prefix) {
    throw new SetupError(
      `Missing: ${missing.join(', ')} (${purpose}). ` +
        `Next step: as root, apt-get install ${missing.join(' ')} (or your system's own packages), then try again.`,
    );
  }
  await withLock('apt', () =>
    quietly(`Installing Debian packages: ${missing.join(', ')}`, 'apt', [
      ...prefix,
      ...['sh', '-c', installScript, 'install', ...missing],
    ]),
  );
}
