// In a clone, npm links the commands of dependencies but not the package's own: without this,
// `npx troupe` would look for a stranger of that name in the registry.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'

mkdirSync('node_modules/.bin', { recursive: true })
rmSync('node_modules/.bin/troupe', { force: true })
symlinkSync('../../dist/cli/main.js', 'node_modules/.bin/troupe')
