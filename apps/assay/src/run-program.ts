import { Command, CommanderError } from 'commander'
import { commandTable } from './command-table.ts'
import { Refused } from './commands/refused.ts'
import { Interrupted } from './commands/temporary-folder.ts'

/**
 * Runs a command.
 * @param words the arguments of the command line, with the command's name first
 * @param print receives each line of the output
 * @param complain receives error messages, with line ends
 * @returns the exit status
 */
export async function runProgram(
  words: readonly string[],
  print: (line: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  const program = new Command('assay')
    .description('Assay: role mining on your own machine. Settings come from the environment, see the README.')
    .exitOverride()
  try {
    // The help, and the error about an unknown command, list all commands, so all are loaded for them.
    const named = commandTable.get(words[0] ?? '')
    const makers = named === undefined ? [...commandTable.values()] : [named]
    for (const command of await Promise.all(makers.map((make) => make(print)))) program.addCommand(command)
    await program.parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    const { failureWords } = await import('./failure-words.ts')
    complain(`${await failureWords(error)}\n`)
    return error instanceof Refused || error instanceof Interrupted ? error.status : 1
  }
}
