import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Errand, Lanes } from '../../src/manager/lanes.ts'

const all = ['a', 'b', 'c']

/** Which services a errand touches; undefined means all of them. */
const touched = fc.option(fc.uniqueArray(fc.constantFrom(...all), { maxLength: 3 }), {
  nil: undefined,
})

const collide = (one: Errand['lanes'] = all, other: Errand['lanes'] = all) =>
  one.some((lane) => other.includes(lane))

test('errands that touch the same service run whole, one after the other, as they came; none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(touched, { maxLength: 12 }),
      async (scheduler, wanted) => {
        const lanes = new Lanes()
        const log: { readonly what: 'begins' | 'ends'; readonly errand: number }[] = []
        const work = scheduler.scheduleFunction(async () => {})

        const ends = wanted.map((each, errand) =>
          lanes.add({
            id: String(errand),
            lanes: each,
            gist: undefined,
            supersede: () => {},
            run: async () => {
              log.push({ what: 'begins', errand })
              await work()
              log.push({ what: 'ends', errand })
            },
          }),
        )
        await scheduler.waitFor(Promise.all(ends))

        expect(log).toHaveLength(wanted.length * 2)
        expect(lanes.waiting).toBe(0)
        const at = (what: string, errand: number) =>
          log.findIndex((line) => line.what === what && line.errand === errand)
        for (const [later, lanesOfLater] of wanted.entries()) {
          for (const [earlier, lanesOfEarlier] of wanted.slice(0, later).entries()) {
            if (!collide(lanesOfEarlier, lanesOfLater)) continue
            expect(at('ends', earlier)).toBeLessThan(at('begins', later))
          }
        }
      },
    ),
  )
})

test('of equal errands one waits', () => {
  const lanes = new Lanes()
  const superseded: string[] = []
  const add = (id: string) =>
    lanes.add({
      id,
      lanes: ['a'],
      gist: 'the same',
      supersede: (by) => superseded.push(`${id} by ${by}`),
      run: () => new Promise(() => {}),
    })

  for (const id of ['runs', '1', '2', '3']) void add(id)

  expect(superseded).toEqual(['1 by 2', '2 by 3'])
  expect(lanes.waiting).toBe(1)
})
