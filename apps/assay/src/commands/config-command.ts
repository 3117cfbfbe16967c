import { Command, Option } from 'commander'
import { type ExplainedVariable, explainConfiguration } from '../explain-configuration.ts'
import { type ProcessName, processEntries } from '../processes.ts'

interface Options {
  readonly explain?: boolean
  readonly json?: boolean
  readonly process?: ProcessName
}

/** `assay config`: the variables of the environment, their errors, and with `--explain` all variables that can be set. */
export function configCommand(
  print: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
  end: (status: number) => void = (status) => {
    process.exitCode = status
  },
): Command {
  return new Command('config')
    .description('check the variables of the environment; --explain shows all that can be set')
    .option('--explain', 'show each variable: its purpose, its values, its default, and the processes that read it')
    .addOption(new Option('--process <name>', 'only of this process').choices(Object.keys(processEntries)))
    .option('--json', 'print it as JSON; secrets are left out')
    .action(async ({ explain, json, process }: Options) => {
      const { variables, unknown } = await explainConfiguration(environment, process && [process])
      const problems = variables.flatMap((variable) => variable.problems)
      if (json) print(JSON.stringify({ variables, unknown }, undefined, 2))
      else {
        if (explain) for (const variable of variables) for (const line of linesOf(variable)) print(line)
        for (const problem of problems) print(problem)
        for (const name of unknown) print(`${name} is set, and nothing reads it.`)
        const set = variables.filter(({ isSet }) => isSet).length
        if (problems.length === 0) print(`${set} of ${variables.length} variables are set, and all can be used.`)
      }
      if (problems.length > 0) end(1)
    })
}

function linesOf(variable: ExplainedVariable): string[] {
  const { variable: name, means, takes, unit, readBy, isSecret, value, isSet, requiredBy } = variable
  const facts = [
    `takes ${takes}${unit === undefined ? '' : ` (${unit})`}`,
    ...defaultsOf(variable),
    ...(requiredBy.length === 0 ? [] : [`required by ${requiredBy.join(', ')}`]),
    `read by ${readBy.join(', ')}`,
    ...(isSecret ? [`a secret: ${name}_FILE may name a file that holds it`] : []),
    isSet ? `set${value === undefined ? '' : ` to ${value}`}` : 'not set',
  ]
  return [name, `  ${means}`, ...facts.map((fact) => `  ${fact}`), '']
}

function defaultsOf({ defaults }: ExplainedVariable): string[] {
  const values = Object.entries(defaults)
  const [[, first] = []] = values
  if (first === undefined) return []
  if (values.every(([, value]) => value === first)) return [`default ${first}`]
  return [`default ${values.map(([process, value]) => `${value} (${process})`).join(', ')}`]
}
