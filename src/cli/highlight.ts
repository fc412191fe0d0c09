import { TroupeError } from '../base/errors.ts'

/**
 * Paints every place where a text, or a `/pattern/`, stands in a line.
 *
 * @throws TroupeError `E_USAGE` when the pattern is none
 */
export function highlighter(
  wanted: string | undefined,
  paint: (text: string) => string,
): (line: string) => string {
  if (wanted === undefined || wanted === '') return (line) => line
  const pattern = patternOf(wanted)
  return (line) => line.replaceAll(pattern, (found) => (found === '' ? '' : paint(found)))
}

function patternOf(wanted: string): RegExp {
  const [, source, flags = ''] = /^\/(.+)\/([imsu]*)$/.exec(wanted) ?? []
  if (source === undefined) return new RegExp(literally(wanted), 'g')
  try {
    return new RegExp(source, `g${flags}`)
  } catch (cause) {
    throw new TroupeError('E_USAGE', `--highlight: ${wanted} is no pattern`, {
      hint: "such as error or '/time ?out/i'",
      cause,
    })
  }
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
