// Compiles src to dist, file by file, and copies what is not TypeScript (Lua) beside it.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
execFileSync('npx', ['tsc', '-p', '.'], { stdio: 'inherit' })
cpSync('src', 'dist', {
  recursive: true,
  filter: (file) => !file.endsWith('.ts') && !file.endsWith('.md'),
})

// The agent is loaded into services by --require: CommonJS, for any Node from 16 on.
execFileSync('npx', ['tsc', '-p', 'tsconfig.agent.json'], { stdio: 'inherit' })
writeFileSync('dist/process/agent/preload/package.json', '{ "type": "commonjs" }\n')

chmodSync('dist/cli/main.js', 0o755)
