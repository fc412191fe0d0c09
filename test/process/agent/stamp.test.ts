import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineStamper } from '../../../src/process/agent/line-stamper.ts'
import { type Stamp, type TimeFormat, timeText } from '../../../src/process/agent/stamp.ts'
import { stampStreams } from '../../../src/process/agent/stamp-streams.ts'

const noon = new Date(2026, 2, 4, 5, 6, 7, 89)
const text: Stamp = { kind: 'text', format: [{ token: 'HH' }, { text: 'h' }] }
const json: Stamp = { kind: 'json', app: 'web', id: 3 }

function stamped(stamp: Stamp, ...chunks: readonly string[]): readonly string[] {
  const stamper = new LineStamper(stamp, 'err', () => noon)
  return chunks.map((chunk) => stamper.take(Buffer.from(chunk)).toString())
}

// prettier-ignore
const formats: [TimeFormat, string][] = [
  [[{ token: 'YYYY' }, { text: '/' }, { token: 'MM' }, { text: '/' }, { token: 'DD' }],  '2026/03/04'],
  [[{ token: 'HH' }, { token: 'mm' }, { token: 'ss' }, { text: '.' }, { token: 'SSS' }], '050607.089'],
  [[{ text: 'at ' }, { token: 'mm' }],                                                   'at 06'],
]

test.each(formats)('the format %j tells the time as %s', (format, expected) => {
  expect(timeText(noon, format)).toBe(expected)
})

// prettier-ignore
const offsets: [number, string][] = [[0, '+00:00'], [-120, '+02:00'], [-330, '+05:30'], [210, '-03:30']]

test.each(offsets)('%i minutes behind UTC is the offset %s', (minutes, expected) => {
  const at = new Date(noon)
  at.getTimezoneOffset = () => minutes

  expect(timeText(at, [{ token: 'Z' }])).toBe(expected)
})

// prettier-ignore
const writes: [string, string[], string[]][] = [
  ['a line',                       ['a\n'],              ['05h: a\n']],
  ['several lines at once',        ['a\nb\n'],           ['05h: a\n05h: b\n']],
  ['a line in pieces',             ['a', 'b', 'c\n'],    ['05h: a', 'b', 'c\n']],
  ['a line that begins with one',  ['a\nb', 'c\nd\n'],   ['05h: a\n05h: b', 'c\n05h: d\n']],
  ['its end by itself',            ['a', '\n', 'b\n'],   ['05h: a', '\n', '05h: b\n']],
  ['empty lines',                  ['\n\n'],             ['05h: \n05h: \n']],
  ['nothing',                      [''],                 ['']],
]

test.each(writes)('%s is stamped once', (_, chunks, expected) => {
  expect(stamped(text, ...chunks)).toEqual(expected)
})

test('however a text is cut, without its stamps it is the text, and each line had one', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ab\nü]*$/)), (chunks) => {
      const whole = chunks.join('')
      const out = stamped(text, ...chunks).join('')

      const lines = whole.endsWith('\n') ? whole.split('\n').slice(0, -1) : whole.split('\n')
      const given = whole === '' ? [] : lines
      expect(out.replaceAll('05h: ', '')).toBe(whole)
      expect(out.split('05h: ')).toHaveLength(given.length + 1)
    }),
  )
})

test('an object holds a whole line, even one whose letters came in pieces', () => {
  const stamper = new LineStamper(json, 'out', () => noon)
  const bytes = Buffer.from('schön\n')

  expect(stamper.take(bytes.subarray(0, 4)).length).toBe(0)
  expect(JSON.parse(stamper.take(bytes.subarray(4)).toString())).toEqual({
    message: 'schön',
    timestamp: noon.toISOString(),
    type: 'out',
    process_id: 3,
    app_name: 'web',
  })
})

test('an object says the time as the service wants it', () => {
  const [line = ''] = stamped({ ...json, format: [{ token: 'YYYY' }] }, 'a\n')

  expect(JSON.parse(line)).toMatchObject({ timestamp: '2026', type: 'err' })
})

test('a line that never ends does not fill the memory', () => {
  const stamper = new LineStamper(json, 'out', () => noon)
  const written = Array.from({ length: 5 }, () => stamper.take(Buffer.alloc(32 * 1024, 'x')))

  expect(written.map(({ length }) => length > 0)).toEqual([false, true, false, true, false])
})

/** A stream that notes what reaches it, and calls back at once. */
function fakeStream() {
  const written: unknown[] = []
  const write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
    written.push(chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : chunk)
    const told = rest.find((one) => typeof one === 'function')
    if (typeof told === 'function') told()
    return true
  }
  return { written, write }
}

test('text in any encoding and bytes are stamped, and whoever waits is told', () => {
  const [stdout, stderr] = [fakeStream(), fakeStream()]
  stampStreams({ ...text, format: [{ text: '-' }] }, { stdout, stderr }, () => {})
  const told: string[] = []

  stdout.write('YQo=', 'base64', () => told.push('out'))
  stderr.write(new Uint8Array([98, 10]), () => told.push('err'))
  stdout.write(7)

  expect(stdout.written).toEqual(['-: a\n', 7])
  expect(stderr.written).toEqual(['-: b\n'])
  expect(told).toEqual(['out', 'err'])
})

test('at the end nothing is held back any more', () => {
  const [stdout, stderr] = [fakeStream(), fakeStream()]
  let end = (): void => {}
  stampStreams(json, { stdout, stderr }, (fn) => (end = fn))
  const messages = (): unknown[] =>
    stdout.written.filter((line) => line !== '').map((line) => JSON.parse(String(line)).message)

  stdout.write('half')
  expect(messages()).toEqual([])
  end()
  stdout.write('later')

  expect(messages()).toEqual(['half', 'later'])
})
