import { eventually } from '../eventually.ts'
import { findPrograms } from './find.ts'
import { startOwnServer } from './own-server.ts'
import { run } from './run.ts'
import type { TestRedis } from './test-redis.ts'

interface TestCluster {
  /** Three primaries without replicas, the fewest that Redis makes a Cluster of. */
  readonly nodes: readonly TestRedis[]
  stop(): Promise<void>
}

/** Starts a Cluster of three and resolves once every one of them says that it works. */
export async function startCluster(): Promise<TestCluster> {
  const programs = await findPrograms('Cluster')
  const nodes: TestRedis[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
    for (let index = 0; index < 3; index += 1) nodes.push(await startOwnServer(programs, { args }))
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
    await run(programs.cli, ['--cluster', 'create', ...addresses, '--cluster-yes'])
    await eventually('all nodes say that the Cluster works', async () => {
      const views = await Promise.all(nodes.map((node) => node.redisCli('CLUSTER', 'INFO')))
      return views.every((view) => view.includes('cluster_state:ok')) || undefined
    })
    return { nodes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
