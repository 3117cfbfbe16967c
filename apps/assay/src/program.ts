import { Command, CommanderError } from 'commander'
import { commandTable } from './command-table.ts'
import { Refused } from './commands/refused.ts'
import { Interrupted } from './commands/temporary-folder.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)

// A reader that has seen enough, such as `head`, closes the pipe: the command still ends as it should.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const program = new Command('assay')
  .description('Assay: role mining on your own machine. Settings come from the environment, see the README.')
  .exitOverride()

try {
  // The help, and the answer to a word that is no command, speak of all commands.
  const named = commandTable.get(process.argv[2] ?? '')
  const makers = named === undefined ? [...commandTable.values()] : [named]
  for (const command of await Promise.all(makers.map((make) => make(print)))) program.addCommand(command)
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode)
  const { failureWords } = await import('./failure-words.ts')
  process.stderr.write(`${await failureWords(error)}\n`)
  process.exit(error instanceof Refused || error instanceof Interrupted ? error.status : 1)
}
