import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A digest of all sources of the console. A build contains it, so that a test can compare a build with the sources. */
export function sourceDigest(): string {
  const source = join(import.meta.dirname, '..')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(tsx?|css|svg)$/.test(file) && !/\.test\.ts$|\.stories\.tsx$|^stories\//.test(file))
    .sort()
  const digest = createHash('sha256')
  for (const file of files) digest.update(`${file}\n`).update(readFileSync(join(source, file)))
  return digest.digest('hex')
}
