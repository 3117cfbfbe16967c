import { randomBytes } from 'node:crypto'
import { DomainError } from '@assay/errors'
import { ensureLogins, loginUrl, openOwnerDatabase, type ServiceName, serviceNames } from '@assay/store'
import { Argument, Command } from 'commander'
import { openLocalDatabase } from '../local-database.ts'
import { databaseName } from '../service-logins.ts'
import { readSettings } from '../settings.ts'

/** `assay logins ...` makes the database logins of the services. */
export function loginsCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const logins = new Command('logins').description('manage the logins by which services reach the database')
  logins
    .command('create')
    .description(
      'make the login of a service with a new password, and print its DATABASE_URL; an existing one gets another password',
    )
    .addArgument(new Argument('<service>', 'whose login it is').choices(serviceNames))
    .option('--name <name>', 'the name of the login; by default the database, the service and "login"')
    .action(async (service: ServiceName, options: { name?: string }) => {
      const local = await openLocalDatabase(readSettings(environment))
      const owner = openOwnerDatabase({ url: local.url, applicationName: 'assay-administration', maxConnections: 1 })
      try {
        const login = {
          name: options.name ?? `${databaseName(local.url)}_${service.replaceAll('-', '_')}_login`,
          password: randomBytes(24).toString('base64url'),
          services: [service],
        }
        const url = loginUrl(local.url, login)
        await ensureLogins(owner.sql, [login]).catch((error: unknown) => {
          if (!(error instanceof DomainError) || error.reason !== 'LOGIN_NOT_MADE') throw error
          throw new Error(`${error.message}\nThe URL of the login is then ${url}`, { cause: error })
        })
        print(url)
      } finally {
        await owner.close()
        await local.stop()
      }
    })
  return logins
}
