import { DatabaseSync } from 'node:sqlite'

/** An SQLite file that the statements make. */
export function databaseBytes(...statements: readonly string[]): Uint8Array {
  const database = new DatabaseSync(':memory:')
  for (const statement of statements) database.exec(statement)
  const bytes = database.serialize()
  database.close()
  return bytes
}
