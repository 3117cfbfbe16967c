import { Command, CommanderError } from 'commander'
import { commandTable } from './command-table.ts'
import { Refused } from './commands/refused.ts'
import { Interrupted } from './commands/temporary-folder.ts'

/**
 * Runs the command that the words name.
 * @param print takes each line that it prints
 * @param complain takes what it says where it fails, line end included
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
    // The help, and the answer to a word that is no command, speak of all commands.
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
