import { runProgram } from './run-program.ts'

// A reader that has seen enough, such as `head`, closes the pipe: the command still ends as it should.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const status = await runProgram(
  process.argv.slice(2),
  (line) => void process.stdout.write(`${line}\n`),
  (text) => void process.stderr.write(text),
)
// Who succeeds may go on running: a platform that was started does.
if (status !== 0) process.exit(status)
