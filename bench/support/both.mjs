import { Pm2Manager } from './pm2.mjs'
import { TroupeManager } from './troupe.mjs'

/** Runs `work` with a manager of each kind, both without services, and ends both after it. */
export async function withBoth(lab, work, options = {}) {
  const both = { troupe: new TroupeManager(lab, options), pm2: new Pm2Manager(lab) }
  const managers = Object.values(both)
  try {
    for (const manager of managers) await manager.open()
    return await work(both)
  } finally {
    await Promise.allSettled(managers.map((manager) => manager.close()))
  }
}
