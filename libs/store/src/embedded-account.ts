import { execFile } from 'node:child_process'
import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The system account of the server process; undefined for the account of this process. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * PostgreSQL refuses to run as root. If this process runs as root (mostly in containers), the account `postgres` is used; it is created if
 * the system has none.
 */
export async function postgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const existing = await accountNamed('postgres')
  if (existing !== undefined) return existing
  try {
    await run('groupadd', ['--system', 'postgres']).catch(() => undefined) // it may exist without the user
    await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/bin/false', 'postgres'])
  } catch (cause) {
    throw new Error(
      'PostgreSQL does not run as root, and making a system user "postgres" for it failed. ' +
        'Start Assay as another user, or set DATABASE_URL to a PostgreSQL 15 or newer',
      { cause },
    )
  }
  return accountNamed('postgres')
}

async function accountNamed(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined // `id` fails for a user that does not exist
  }
}

/** @throws Error naming the folder that is not accessible, when the account cannot run `program` */
export async function requireReach(account: Account | undefined, program: string): Promise<void> {
  try {
    await run(program, ['--version'], { ...account, cwd: '/' })
  } catch (cause) {
    throw account === undefined ? cause : await unreachable(account, program, cause)
  }
}

/** The error for a path that the account could not use. */
export async function unreachable(account: Account, path: string, cause: unknown): Promise<Error> {
  const folder = await closedFolder(account, path)
  const reason = folder === undefined ? '' : ` because of the permissions of ${folder}`
  return new Error(
    `PostgreSQL does not run as root, and the system user "postgres" that it runs as cannot use ${path}${reason}. ` +
      'Keep the project and its data where every user may enter, start Assay as another user, ' +
      'or set DATABASE_URL to a PostgreSQL 15 or newer',
    { cause },
  )
}

async function closedFolder({ uid, gid }: Account, path: string): Promise<string | undefined> {
  const parent = dirname(path)
  const above = parent === path ? undefined : await closedFolder({ uid, gid }, parent)
  if (above !== undefined) return above
  const folder = await lstat(path).catch(() => undefined)
  if (folder === undefined || !folder.isDirectory()) return undefined
  const enter = folder.uid === uid ? 0o100 : folder.gid === gid ? 0o010 : 0o001
  return (folder.mode & enter) === 0 ? path : undefined
}
