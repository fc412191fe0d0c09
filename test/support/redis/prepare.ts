import { findRedis } from './find.ts'

/** Finds or downloads a Redis before the first test, so that no test's time limit pays for it. */
export async function setup(): Promise<void> {
  await findRedis()
}
