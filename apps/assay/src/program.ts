import { runProgram } from './run-program.ts'

// The reader of the output, such as `head`, may close the pipe early; the command still ends normally.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const status = await runProgram(
  process.argv.slice(2),
  (line) => void process.stdout.write(`${line}\n`),
  (text) => void process.stderr.write(text),
)
// A successful command may continue to run, as a started platform does.
if (status !== 0) process.exit(status)
