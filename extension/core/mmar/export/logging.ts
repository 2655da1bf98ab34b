/** What MONAI lets into a logging file: classes of Python's own logging, and literals as their arguments. */
const classes =
  /^(logging\.(handlers\.)?)?(StreamHandler|FileHandler|NullHandler|RotatingFileHandler|TimedRotatingFileHandler|Formatter)$/;
const literal = String.raw`(sys\.stdout|sys\.stderr|True|False|None|-?\d+|'[^'\\]*'|"[^"\\]*")`;
const literals = new RegExp(String.raw`^\(\s*(${literal}\s*(,\s*${literal}\s*)*,?)?\s*\)$`);

const standard = `[loggers]
keys=root

[handlers]
keys=consoleHandler

[formatters]
keys=fullFormatter

[logger_root]
level=INFO
handlers=consoleHandler

[handler_consoleHandler]
class=StreamHandler
level=INFO
formatter=fullFormatter
args=(sys.stdout,)

[formatter_fullFormatter]
format=%(asctime)s - %(name)s - %(levelname)s - %(message)s
`;

export interface LoggingConf {
  readonly text: string;
  /** True where the MMAR's own file would be refused, so that the usual one takes its place. */
  readonly replaced: boolean;
}

/** configs/logging.conf from the MMAR's resources/log.config, where MONAI would take that. */
export function loggingConf(logConfig: string | undefined): LoggingConf {
  if (logConfig === undefined) return { text: standard, replaced: false };
  return isAllowed(logConfig)
    ? { text: logConfig, replaced: false }
    : { text: standard, replaced: true };
}

function isAllowed(text: string): boolean {
  const sections = ['loggers', 'handlers', 'formatters', 'logger_root'];
  if (!sections.every(name => text.includes(`[${name}]`))) return false;
  return text.split(/\r?\n/).every(line => {
    const [, key = '', value = ''] = /^\s*(\w+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key.toLowerCase() === 'class') return classes.test(value);
    if (/^k?w?args$/i.test(key)) return key.toLowerCase() === 'args' && literals.test(value);
    // a value that goes on in the next line could hold anything
    return !/^\s+\S/.test(line);
  });
}
