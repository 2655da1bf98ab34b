import { moveBefore } from '../../../../../extension/core/config/edits.ts';
import type { ConfigNode } from '../../../../../extension/core/config/parse.ts';
import { isJson, mark, marked, type Mutation } from './mutation.ts';
import type { Subject } from './subjects.ts';

/** Puts one element of a list in front of another, and marks what is meant. */
export function moved(
  subject: Subject,
  element: ConfigNode,
  before: ConfigNode,
  at: ConfigNode,
): Mutation[] {
  const edits = isJson(subject) ? moveBefore(subject.model.doc, element, before) : undefined;
  if (!edits) return [];
  const inside = at.offset >= element.offset && at.offset < element.offset + element.length;
  if (!inside) return [[...edits, ...mark(at)]];
  // what is moved takes its mark along
  const [first, ...others] = edits;
  const from = at.offset - element.offset;
  const text = first?.text ?? '';
  const name = text.slice(from, from + at.length);
  return first
    ? [
        [
          { ...first, text: text.slice(0, from) + marked(name) + text.slice(from + at.length) },
          ...others,
        ],
      ]
    : [];
}
