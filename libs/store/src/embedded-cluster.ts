import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chown, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, unreachable } from './embedded-account.ts'
import type { PostgresBinaries } from './embedded-binaries.ts'

/** The superuser of an embedded cluster, and the owner of Assay's schema in it. */
export const clusterOwner = 'assay'

export interface Place {
  readonly binaries: PostgresBinaries
  readonly account: Account | undefined
  readonly directory: string
  readonly cluster: string
}

/**
 * The password stored at `path`, which the first call makes. Linking a finished file is atomic: when two processes start at once, both use
 * the password of the first one.
 */
export async function keepPassword(path: string): Promise<string> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, randomBytes(24).toString('hex'), { mode: 0o600 })
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return readFile(path, 'utf8')
}

/** Makes the cluster beside its place and moves it there when it is complete, so that an interrupted first start leaves no partial one. */
export async function initialiseCluster(place: Place, password: string): Promise<void> {
  const { binaries, account, directory, cluster } = place
  if (await isCluster(cluster)) return
  const draft = `${cluster}.${randomBytes(4).toString('hex')}`
  const passwordFile = `${draft}.password`
  try {
    await mkdir(draft, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (account !== undefined) {
      await chown(draft, account.uid, account.gid)
      await chown(passwordFile, account.uid, account.gid)
    }
    // PostgreSQL's own C.UTF-8: the order of code points, case folding for all scripts, the same on every system.
    const form = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const login = [`--username=${clusterOwner}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    await promisify(execFile)(binaries.initdb, [`--pgdata=${draft}`, ...form, ...login], {
      ...account,
      cwd: directory,
      env: { ...process.env, LC_ALL: 'C' },
    })
    await rename(draft, cluster)
  } catch (error) {
    if (await isCluster(cluster)) return // another process that started at the same time was faster
    const message = error instanceof Error ? error.message : String(error)
    if (account !== undefined && /permission denied/i.test(message)) throw await unreachable(account, cluster, error)
    throw new Error(`PostgreSQL could not make its data directory ${cluster}: ${message}`, { cause: error })
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(passwordFile, { force: true })
  }
}

async function isCluster(directory: string): Promise<boolean> {
  return access(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}
