import { writeBackup } from '@assay/store'
import { Command } from 'commander'
import { standardStream, writeBackupFile } from '../backup-file.ts'
import { tenantNamed } from '../tenant-named.ts'
import { asOwner } from './clients.ts'

interface Options {
  readonly tenant?: string
  readonly recipient: readonly string[]
}

/** `assay backup FILE`: a consistent copy of all stored data, while the platform runs. */
export function backupCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('backup')
    .description('write everything that is stored into a file: one state of it, while the platform runs')
    .argument('<file>', `a new file; ${standardStream} for standard output`)
    .option('--tenant <name>', 'only this tenant')
    .option(
      '--recipient <key>',
      'encrypt it by age to this public key (age1...); may be repeated',
      (key: string, keys: readonly string[]) => [...keys, key],
      [] as readonly string[],
    )
    .action((file: string, { tenant: name, recipient }: Options) =>
      asOwner(environment, async (sql) => {
        const tenant = name === undefined ? undefined : { id: await tenantNamed(sql, name), name }
        await writeBackupFile(file, recipient, (write) => writeBackup(sql, write, { ...(tenant && { tenant }) }))
        if (file === standardStream) return
        print(`${tenant === undefined ? 'Everything' : `The tenant "${tenant.name}"`} is in ${file}.`)
        print(
          'Keep ASSAY_KEY_ENCRYPTION_KEY in another place: without it, signing keys and stored secrets cannot be decrypted.',
        )
      }),
    )
}
