import { DatabaseSync } from 'node:sqlite'

/** An SQLite file, made by the statements. */
export function databaseBytes(...statements: readonly string[]): Uint8Array {
  const database = new DatabaseSync(':memory:')
  for (const statement of statements) database.exec(statement)
  const bytes = database.serialize()
  database.close()
  return bytes
}
