#!/usr/bin/env node
import { systemClock } from '../base/clock.ts'
import { homeFrom } from '../control/home.ts'
import { doorOf } from './door.ts'
import { asPm2 } from './as-pm2.ts'
import { placesFrom } from '../pm2/home.ts'
import { run } from './run.ts'
import { processScreen } from './screen.ts'

const { argv, env, stdout, stderr } = process

// Whoever reads us may stop reading, as `head` does: that is no failure.
let isOver = false
stdout.on('error', () => {
  isOver = true
  process.exit(0)
})
stderr.on('error', () => {})

// A declaration is code that may end the program, or wait for ever with nothing to wait for.
process.on('exit', () => {
  if (isOver) return
  stderr.write('error: the program ended before the verb was done; does a declaration end it?\n')
  process.exitCode = 1
})

const isPm2 = asPm2(argv[1] ?? '')
const home = homeFrom(isPm2 ? { ...env, TROUPE_HOME: placesFrom(env).home } : env)
const code = await run(argv.slice(2), {
  screen: processScreen(stdout, stderr, argv),
  door: doorOf(home, env, systemClock),
  home,
  env,
  cwd: process.cwd(),
  isPm2,
  clock: systemClock,
})
isOver = true
// The connection to the manager would keep us here until it is closed politely; ending does that too.
stdout.write('', () => process.exit(code))
