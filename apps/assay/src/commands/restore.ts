import { openOwnerDatabase, plannedMigrations, restoreBackup } from '@assay/store'
import { Command } from 'commander'
import { readBackupFile, standardStream } from '../backup-file.ts'
import { openLocalDatabase } from '../local-database.ts'
import { prepareDatabase } from '../prepare-database.ts'
import { readSettings } from '../settings.ts'

/** `assay restore FILE`: restores a backup into an empty database, or the backup of one tenant beside other tenants. */
export function restoreCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('restore')
    .description(
      'bring a backup into an empty database, or that of one tenant beside other tenants, all of it or nothing; the database is migrated first',
    )
    .argument('<file>', `what "backup" wrote; ${standardStream} for standard input`)
    .option('--identity <file>', 'the secret key of age that opens an encrypted backup')
    .action(async (file: string, { identity }: { identity?: string }) => {
      const pieces = await readBackupFile(file, identity)
      const database = await openLocalDatabase(readSettings(environment))
      try {
        await requireNotOlder(database.url)
        await prepareDatabase(database.url)
        const owner = openOwnerDatabase({ url: database.url, applicationName: 'assay-restore', maxConnections: 1 })
        try {
          const { header } = await restoreBackup(owner.sql, pieces)
          const what = header.tenant === undefined ? 'Everything' : `The tenant "${header.tenant.name}"`
          print(`${what} is as it was at ${header.takenAt}.`)
        } finally {
          await owner.close()
        }
      } finally {
        await database.stop()
      }
    })
}

/** Refuses a database of an earlier version: processes may use it, and its owner did not ask for a migration. */
async function requireNotOlder(ownerUrl: string): Promise<void> {
  const planned = await plannedMigrations(ownerUrl)
  if (planned.length === 0 || planned.includes('0001_tenants.sql')) return
  throw new Error(
    'The database has the schema of an earlier version: run "assay migrate" first, or restore into an empty database',
  )
}
