/**
 * Functions that take something out of an engine's output. Dialect 4.0 saw batches and wrote lambdas;
 * later engines hand out lists of items, which `from_engine` reads, and today meta data travels in the image.
 */
const lambda = /^lambda (\w+): (.+)$/;
const item = /^(\w+)\[(['"])(\w+)\2\]$/;

/** The keys that a lambda of the form `lambda x: x['a']` or `lambda x: (x['a'], x['b'])` takes. */
export function keysOfLambda(text: string): string[] | undefined {
  const [, variable, body] = lambda.exec(text.trim()) ?? [];
  if (variable === undefined || body === undefined) return undefined;
  const tuple = /^\((.+)\)$/.exec(body.trim())?.[1];
  const parts = tuple === undefined ? [body] : tuple.replace(/,\s*$/, '').split(',');
  const keys = parts.map(part => {
    const [, from, , key] = item.exec(part.trim()) ?? [];
    return from === variable ? key : undefined;
  });
  return keys.every(key => key !== undefined) ? keys : undefined;
}

/** The same keys in Python, for engines that hand out lists of items. A loss is one value for the batch. */
export function fromEngine(keys: readonly string[]): string {
  const list = keys.map(key => `'${key}'`).join(', ');
  return `monai.handlers.from_engine([${list}]${keys.join() === 'loss' ? ', first=True' : ''})`;
}

/** What `image_meta_dict` held is today part of the image. */
export const metaLambda = "lambda x: [i['image'].meta for i in x]";

/** True for each way to ask an engine's output for the meta data of the images. */
export const asksForMeta = (text: string): boolean =>
  /from_engine\(\s*\[\s*['"]image_meta_dict['"]\s*\]\s*\)/.test(text) ||
  keysOfLambda(text)?.join() === 'image_meta_dict';
