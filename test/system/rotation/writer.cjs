// Writes numbered lines to its standard output as fast as it can, and so does a child of its own.
const { fork } = require('node:child_process')
const { writeSync } = require('node:fs')

const [, , name, count] = process.argv
if (name === 'parent') fork(__filename, ['child', count], { stdio: 'inherit' })

let number = 0
function write() {
  let lines = ''
  for (let i = 0; i < 20; i++) lines += `${name} ${number++}\n`
  writeSync(1, lines)
  if (number < Number(count)) setImmediate(write)
  else process.exitCode = 0
}
write()
