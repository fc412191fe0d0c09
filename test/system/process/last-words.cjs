console.log('first')
process.on('exit', () => process.stdout.write('last'))
process.exit(0)
