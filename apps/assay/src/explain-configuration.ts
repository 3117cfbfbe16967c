import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type ExplainedSetting, explainArgument, fileVariable, unknownVariables, variables } from '@assay/server'
import { type ProcessName, processEntries } from './processes.ts'

/** A variable of the environment, as all processes together read it. */
export interface ExplainedVariable {
  readonly variable: string
  readonly means: string
  readonly takes: string
  readonly unit?: string
  /** The defaults by process. */
  readonly defaults: Readonly<Partial<Record<ProcessName, string>>>
  /** Processes that do not start without it. */
  readonly requiredBy: readonly ProcessName[]
  readonly readBy: readonly (ProcessName | 'command line')[]
  readonly isSecret: boolean
  /** Undefined when it is not set or is a secret. */
  readonly value?: string
  readonly isSet: boolean
  /** The errors of its value, each once. */
  readonly problems: readonly string[]
}

export interface ExplainedConfiguration {
  readonly variables: readonly ExplainedVariable[]
  /** Variables with the prefix of Assay's that no process reads. */
  readonly unknown: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** Variables that only commands and `npm start` read. */
const ofCommandLine: Readonly<Record<string, string>> = {
  DATABASE_URL: 'a URL such as postgres://user:password@127.0.0.1:5432/assay',
  ASSAY_CLIENT_ID: 'text',
  ASSAY_CLIENT_SECRET: 'text',
  ASSAY_DATA_DIRECTORY: 'a folder; .data of the installation if it is not set',
  ASSAY_HOST: 'text',
  ASSAY_KEY_DECRYPTION_KEY: 'at least 32 random bytes',
  ASSAY_KEY_ENCRYPTION_KEY: 'at least 32 random bytes',
  ASSAY_LOG_LEVEL: 'a level',
  ASSAY_METRICS_PORT: 'a port number, or off',
  ASSAY_OUTBOUND_NETWORKS: 'networks and addresses',
  ASSAY_PORT: 'a port number',
  ASSAY_PUBLIC_HOSTS: 'text',
  ASSAY_PUBLIC_URL: 'a URL',
  ASSAY_SECRETS_DIRECTORY: 'a folder',
  ASSAY_STOP_PAUSE_SECONDS: 'seconds',
  ASSAY_TEMP_DIRECTORY: 'an existing folder',
  ASSAY_TLS_CERT: 'a file',
  ASSAY_URL: 'a URL',
}

/** Asks every process for its variables. @throws Error when a process does not report them */
export async function explainConfiguration(
  environment: Environment,
  processes = Object.keys(processEntries) as readonly ProcessName[],
): Promise<ExplainedConfiguration> {
  const told = await Promise.all(
    processes.map(async (process) => ({ process, settings: await settingsOf(process, environment) })),
  )
  const names = new Set(told.flatMap(({ settings }) => settings.map(({ variable }) => variable)))
  for (const name of Object.keys(ofCommandLine)) names.add(name)
  return {
    variables: [...names].sort().map((variable) => explained(variable, told, environment)),
    unknown: unknownVariables(environment),
  }
}

interface Told {
  readonly process: ProcessName
  readonly settings: readonly ExplainedSetting[]
}

function explained(variable: string, told: readonly Told[], environment: Environment): ExplainedVariable {
  const { means = '', unit, isSecret = false } = variables[variable] ?? {}
  const settings = told.flatMap(({ process, settings }) =>
    settings.filter((setting) => setting.variable === variable).map((setting) => ({ process, ...setting })),
  )
  const given = environment[variable] || undefined
  return {
    variable,
    means,
    takes: settings[0]?.takes ?? ofCommandLine[variable] ?? '',
    ...(unit && { unit }),
    defaults: Object.fromEntries(
      settings.flatMap(({ process, standsIn }) => (standsIn === undefined ? [] : [[process, standsIn]])),
    ),
    requiredBy: settings.filter(({ isRequired }) => isRequired).map(({ process }) => process),
    readBy: [
      ...settings.map(({ process }) => process),
      ...(variable in ofCommandLine ? ['command line' as const] : []),
    ],
    isSecret,
    ...(given !== undefined && !isSecret && { value: given }),
    isSet: given !== undefined || (isSecret && !!environment[fileVariable(variable)]),
    problems: [...new Set(settings.flatMap(({ problem }) => problem ?? []))],
  }
}

async function settingsOf(process: ProcessName, environment: Environment): Promise<readonly ExplainedSetting[]> {
  const { stdout } = await promisify(execFile)(
    globalThis.process.execPath,
    [processEntries[process], explainArgument],
    {
      env: { ...environment },
      encoding: 'utf8',
    },
  )
  return JSON.parse(stdout) as ExplainedSetting[]
}
