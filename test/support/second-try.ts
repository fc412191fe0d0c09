import type { Reporter, TestModule } from 'vitest/node'

/** Names the tests that passed only when they were tried again, so that a race never hides behind the second try. */
// vitest makes a reporter that is named by its path from the class that is the file's default export.
export default class SecondTry implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const flaky = modules.flatMap((module) =>
      [...module.children.allTests()]
        .filter((test) => test.diagnostic()?.flaky)
        .map((test) => `${module.moduleId} > ${test.fullName}`),
    )
    if (flaky.length === 0) return
    console.log(`\npassed only at the second try, look for the race:\n  ${flaky.join('\n  ')}\n`)
  }
}
