import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The numbered SQL files of this version of Assay, one for each library with tables. */
export const migrationsDirectory = join(import.meta.dirname, '..', 'migrations')

export interface Migration {
  readonly number: number
  /** The file's name, `0001_tenants.sql`. */
  readonly name: string
  readonly text: string
  /** SHA-256 of the text with `\n` as line ends, so that a checkout on Windows gives the same. */
  readonly checksum: string
}

/** The files of a folder in the order of their numbers. @throws Error for an invalid name or a repeated number */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const migrations: Migration[] = []
  for (const name of (await readdir(directory)).toSorted()) {
    const number = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1])
    if (Number.isNaN(number)) throw new Error(`${name} in ${directory} is not named like 0001_tenants.sql`)
    const twin = migrations.find((other) => other.number === number)
    if (twin !== undefined) throw new Error(`Two migrations have the number ${number}: ${twin.name} and ${name}`)
    const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n')
    migrations.push({ number, name, text, checksum: createHash('sha256').update(text).digest('hex') })
  }
  return migrations
}
