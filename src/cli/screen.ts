import pc from 'picocolors'

type Paint = (text: string) => string

/** The few colours that are used, each for one meaning. */
export interface Palette {
  readonly good: Paint
  readonly bad: Paint
  readonly busy: Paint
  readonly title: Paint
  readonly faint: Paint
}

/** Where a verb prints: answers on one stream, everything said beside them on the other. */
export interface Screen {
  readonly paint: Palette
  /** One or more lines of the answer. */
  print(text: string): void
  /** One line beside the answer, such as a warning. */
  note(text: string): void
  /** The answer as it is, without a line break. */
  write(text: string): void
}

export function paletteOf(hasColors: boolean): Palette {
  const { green, red, yellow, bold, dim } = pc.createColors(hasColors)
  return { good: green, bad: red, busy: yellow, title: bold, faint: dim }
}

/** The screen of a process. `NO_COLOR`, `FORCE_COLOR` and `--no-color` are obeyed, pipes get none. */
export function processScreen(out: NodeJS.WritableStream, err: NodeJS.WritableStream): Screen {
  return {
    paint: paletteOf(pc.isColorSupported),
    print: (text) => void out.write(`${text}\n`),
    note: (text) => void err.write(`${text}\n`),
    write: (text) => void out.write(text),
  }
}
