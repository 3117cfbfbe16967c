import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A digest of all that the console is built from, so that a build can say of which sources it is. */
export function sourceDigest(): string {
  const source = join(import.meta.dirname, '..')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(tsx?|css|svg)$/.test(file) && !/\.test\.ts$|\.stories\.tsx$|^stories\//.test(file))
    .sort()
  const digest = createHash('sha256')
  for (const file of files) digest.update(`${file}\n`).update(readFileSync(join(source, file)))
  return digest.digest('hex')
}
