/** How one curve of a chart looks: the dash tells curves apart where colours do not. */
export interface Look {
  /** A CSS colour, for elements. */
  readonly css: string;
  /** The same colour resolved, for a canvas; asked for at each drawing, so that it follows the theme. */
  colour(): string;
  readonly dash: 'solid' | 'dashed' | 'dotted';
}

const colours: readonly (readonly [name: string, fallback: string])[] = [
  ['charts-blue', '#3794ff'],
  ['charts-orange', '#d18616'],
  ['charts-green', '#89d185'],
  ['charts-purple', '#b180d7'],
  ['charts-red', '#f14c4c'],
  ['charts-yellow', '#cca700'],
];
const dashes = ['solid', 'dashed', 'dotted'] as const;

/** Lengths of line and gap in CSS pixels. */
export const dashOf: Readonly<Record<Look['dash'], number[]>> = {
  solid: [],
  dashed: [7, 4],
  dotted: [2, 3],
};

export function lookOf(index: number): Look {
  const [name, fallback] = colours[index % colours.length] ?? ['foreground', 'currentcolor'];
  return {
    css: `var(--vscode-${name}, ${fallback})`,
    colour: () => themeColour(name, fallback),
    dash: dashes[index % dashes.length] ?? 'solid',
  };
}

export const textColour = (): string => themeColour('descriptionForeground', '#888888');
/** Quiet in every theme: a grid of contrastBorder would drown the curves. */
export const gridColour = 'rgb(128 128 128 / 25%)';

function themeColour(name: string, fallback: string): string {
  return getComputedStyle(document.body).getPropertyValue(`--vscode-${name}`).trim() || fallback;
}

/** VS Code tells of another theme by the class of the body and the variables of the document. */
export function onThemeChange(react: () => void): void {
  const observer = new MutationObserver(react);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
