import { openOwnerDatabase, plannedChanges, servicesWithoutLogin } from '@assay/store'
import { Command } from 'commander'
import { openLocalDatabase } from '../local-database.ts'
import { prepareDatabase } from '../prepare-database.ts'
import { readSettings, type Settings } from '../settings.ts'
import { describePlan } from './migration-plan.ts'

/** `assay migrate`: migrates the schema to this version. */
export function migrateCommand(print: (line: string) => void): Command {
  return new Command('migrate')
    .description('bring the database schema up to date, with the roles of services and what they may do')
    .option(
      '--plan',
      'print the migrations that would be applied, their locks, and whether processes may run meanwhile; change nothing',
    )
    .action(({ plan }: { plan?: boolean }) =>
      plan ? printPlan(readSettings(), print) : migrateDatabase(readSettings(), print),
    )
}

async function printPlan(settings: Settings, print: (line: string) => void): Promise<void> {
  const database = await openLocalDatabase(settings)
  try {
    for (const line of describePlan(await plannedChanges(database.url))) print(line)
  } finally {
    await database.stop()
  }
}

/** Applies the missing migrations as the owner of the database, and prints which services have no login. */
async function migrateDatabase(settings: Settings, print: (line: string) => void): Promise<void> {
  const database = await openLocalDatabase(settings)
  try {
    const applied = await prepareDatabase(database.url, print)
    print(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`)
    // `npm start` makes the logins of the embedded PostgreSQL.
    if (settings.databaseUrl !== undefined) await tellOfLogins(database.url, print)
  } finally {
    await database.stop()
  }
}

async function tellOfLogins(ownerUrl: string, print: (line: string) => void): Promise<void> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  try {
    const without = await servicesWithoutLogin(owner.sql)
    if (without.length === 0) return
    print('Each service logs in with its own rights, and refuses to start as the owner. Make the missing logins, and')
    print('give each process the URL that is printed as its DATABASE_URL (docs/database-logins.md):')
    for (const service of without) print(`  npm run assay -- logins create ${service}`)
  } finally {
    await owner.close()
  }
}
