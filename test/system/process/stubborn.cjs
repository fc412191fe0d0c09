/* Hears SIGTERM, says so, and stays. */
process.on('SIGTERM', () => process.send('asked'))
process.send('ready')
setInterval(() => {}, 60_000)
