/* Says a number every few milliseconds, up to a limit. Answers what it is asked. */
const [limit, everyMs] = process.argv.slice(2).map(Number)
let n = 0
const timer = setInterval(() => {
  process.send({ n: ++n })
  if (n === limit) clearInterval(timer)
}, everyMs)
process.on('message', (message) => process.send({ echo: message }))
