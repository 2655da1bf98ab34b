import { t } from '@vscode/l10n';

/** A value of a curve: four digits, very small and very large ones with an exponent (`1e-4`). */
export function amount(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 1e-3 || size >= 1e5) return value.toExponential(2).replace(/\.?0+e/, 'e');
  return value.toPrecision(Math.max(4, Math.floor(Math.log10(size)) + 1));
}

/** The two largest units: nobody waits by the second for what takes hours. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  if (whole < 60) return t('{0} s', whole);
  if (minutes < 60) return t('{0} min {1} s', minutes, two(whole));
  if (hours < 24) return t('{0} h {1} min', hours, two(minutes));
  return t('{0} d {1} h', Math.floor(hours / 24), hours % 24);
}
