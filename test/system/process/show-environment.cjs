/* Says what it was started with, then waits to be ended. */
process.send({ env: process.env, execArgv: process.execArgv, cwd: process.cwd() })
setInterval(() => {}, 60_000)
