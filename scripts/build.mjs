// Compiles src to dist, file by file, and copies what is not TypeScript (Lua) beside it.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
execFileSync('npx', ['tsc', '-p', '.'], { stdio: 'inherit' })
cpSync('src', 'dist', {
  recursive: true,
  filter: (file) => !file.endsWith('.ts') && !file.endsWith('.md'),
})
chmodSync('dist/cli/main.js', 0o755)
