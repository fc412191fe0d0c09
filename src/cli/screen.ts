import { styleText } from 'node:util'

type Paint = (text: string) => string

/** The few colours that are used, each for one meaning. */
export interface Palette {
  readonly good: Paint
  readonly bad: Paint
  readonly busy: Paint
  readonly title: Paint
  readonly faint: Paint
  /** What was looked for. */
  readonly found: Paint
  /** One of a few colours, the same for the same number: they tell services apart. */
  readonly accent: (index: number) => Paint
}

/** Where a verb prints: answers on one stream, everything said beside them on the other. */
export interface Screen {
  readonly paint: Palette
  /** Whether what is printed can be printed over. */
  readonly isTerminal: boolean
  /** One or more lines of the answer. */
  print(text: string): void
  /** One line beside the answer, such as a warning. */
  note(text: string): void
  /** The answer as it is, without a line break. */
  write(text: string): void
}

/** Red means an error, and yellow something that is under way. */
const accents = [
  'cyan',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'greenBright',
  'magentaBright',
] as const

/** Node's own colours: a library for them costs every verb 4 ms, a tenth of what `list` may take. */
export function paletteOf(hasColors: boolean): Palette {
  const paint =
    (style: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      // Whether there are colours is decided already, and not for each text.
      hasColors ? styleText(style, text, { validateStream: false }) : text
  return {
    good: paint('green'),
    bad: paint('red'),
    busy: paint('yellow'),
    title: paint('bold'),
    faint: paint('dim'),
    found: paint('inverse'),
    accent: (index) => paint(accents[index % accents.length] ?? 'cyan'),
  }
}

/** The same screen without what is said beside the answers. */
export function silenced(screen: Screen): Screen {
  return { ...screen, note: () => {} }
}

type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'hasColors'>

/** The screen of a process. `NO_COLOR`, `FORCE_COLOR` and `--no-color` are obeyed, a pipe gets none. */
export function processScreen(out: Output, err: Output, argv: readonly string[]): Screen {
  const isPlain = argv.includes('--no-color')
  return {
    paint: paletteOf(!isPlain && out.isTTY && out.hasColors()),
    isTerminal: out.isTTY,
    print: (text) => void out.write(`${text}\n`),
    note: (text) => void err.write(`${text}\n`),
    write: (text) => void out.write(text),
  }
}
