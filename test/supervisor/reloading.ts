import type { Slot } from '../../src/supervisor/launch-order.ts'
import type { ReloadOutcome } from '../../src/supervisor/reload-machine.ts'
import type { FakeProcess } from '../../src/testing/fake-host.ts'
import { Scene, slotsOf } from './scene.ts'

export const cluster = { exec_mode: 'cluster', instances: 2 }
export const web = slotsOf('web', cluster)
export const webAnew = slotsOf('web', { ...cluster, env: { V: '2' } })

/** Longer than min_uptime. */
export const proofMs = 1_100

export interface Reloading {
  readonly scene: Scene
  readonly old: readonly FakeProcess[]
  outcome: ReloadOutcome | undefined
}

export async function reloading(
  next?: readonly Slot[],
  slots: readonly Slot[] = web,
): Promise<Reloading> {
  const scene = new Scene()
  const old = await scene.online(slots)
  for (const process of old) process.say({ kind: 'listening', port: 80 })
  await scene.settle()
  const on: Reloading = { scene, old, outcome: undefined }
  void scene.supervision.reload('web', { next }).then((outcome) => (on.outcome = outcome))
  await scene.settle()
  return on
}

/** The newest process comes to life and listens. */
export async function ready(scene: Scene): Promise<FakeProcess> {
  const process = await scene.born()
  process.say({ kind: 'listening', port: 80 })
  await scene.settle()
  return process
}

/** Processes do as they are told for a while: they come to life and listen, and end when they are asked to. */
export async function liveOn(scene: Scene): Promise<void> {
  for (let turn = 0; turn < 8; turn++) {
    for (const process of scene.host.processes.filter(({ isGone }) => !isGone)) {
      if (process.main === undefined) process.started()
      process.say({ kind: 'listening', port: 80 })
      if (process.told.length + process.signals.length > 0) {
        process.exit({ code: 0 }, scene.clock.date())
      }
    }
    // oxlint-disable-next-line no-await-in-loop
    await scene.passes(proofMs)
  }
}

export const launches = ({ host }: Scene): readonly string[] =>
  host.orders.map(({ launchId }) => launchId)
