import { openOwnerDatabase } from '@assay/store'
import { Command } from 'commander'
import { readCredentials } from '../credentials.ts'
import { checkDatabase } from '../doctor/database-checks.ts'
import { type Finding, fault } from '../doctor/finding.ts'
import { checkCertificate, checkDisk, checkEnvironment, checkGateway, checkNode } from '../doctor/machine-checks.ts'
import { openLocalDatabase } from '../local-database.ts'
import { ownTls } from '../own-certificate.ts'
import { readSettings, type Settings, temporaryDirectory } from '../settings.ts'

/** `assay doctor`: checks a deployment and says what to do. */
export function doctorCommand(
  print: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
  end: (status: number) => void = (status) => {
    process.exitCode = status
  },
): Command {
  return new Command('doctor')
    .description('check a deployment: schema, rights, clocks, queue, disk, certificate, what answers; says what to do')
    .option('--url <address>', 'of the gateway; by default the one that "npm start" last listened at')
    .option('--json', 'print the results as JSON')
    .action(async ({ url, json }: { url?: string; json?: boolean }) => {
      const findings = await examine(environment, url)
      if (json) print(JSON.stringify(findings, undefined, 2))
      else for (const finding of findings) for (const line of linesOf(finding)) print(line)
      const faults = findings.filter(({ level }) => level === 'fault').length
      const warnings = findings.filter(({ level }) => level === 'warning').length
      if (!json) print(`${findings.length} things looked at, ${warnings} warnings, ${faults} faults.`)
      if (faults > 0) end(1)
    })
}

async function examine(environment: NodeJS.ProcessEnv, url: string | undefined): Promise<Finding[]> {
  const settings = readSettings(environment)
  const credentials = await readCredentials(settings).catch(() => undefined)
  const named = url ?? (environment.ASSAY_PUBLIC_URL || undefined)
  const baseUrl = named ?? credentials?.baseUrl ?? `http://127.0.0.1:${settings.port}`
  // The local certificate is that of the local platform, not of another address.
  const isLocal = named === undefined || named === credentials?.baseUrl
  const certificateFile = settings.certificateFile ?? (isLocal ? credentials?.certificateFile : undefined)
  return [
    checkNode(),
    ...checkEnvironment(environment),
    ...(await lookAtDatabase(settings, environment)),
    ...(settings.databaseUrl === undefined ? [await checkDisk('disk of the data', settings.dataDirectory)] : []),
    await checkDisk('disk for temporary files', temporaryDirectory(environment)),
    ...(await checkCertificate(certificateFile)),
    ...(await checkGateway(baseUrl, ownTls(certificateFile))),
  ]
}

async function lookAtDatabase(settings: Settings, environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const isEmbedded = settings.databaseUrl === undefined
  try {
    const database = await openLocalDatabase(settings)
    const owner = openOwnerDatabase({ url: database.url, applicationName: 'assay-doctor', maxConnections: 2 })
    try {
      return await checkDatabase(database.url, owner.sql, isEmbedded, environment)
    } finally {
      await owner.close()
      await database.stop()
    }
  } catch (error) {
    const remedy = isEmbedded
      ? 'run "npm start", or set DATABASE_URL'
      : "set DATABASE_URL to the owner's login of a server that runs"
    return [fault('database', error instanceof Error ? error.message : String(error), remedy)]
  }
}

function linesOf({ level, about, says, remedy }: Finding): string[] {
  const line = `${level.padEnd(7)}  ${about}: ${says}`
  return remedy === undefined ? [line] : [line, `         ${remedy}`]
}
