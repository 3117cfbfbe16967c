import { execFile } from 'node:child_process'
import { lstat, mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { git, gitBytes } from '../../release/git.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')

/** The newest commit of a release before HEAD; undefined without one. A clone may lack the tag. */
export function newestRelease(): string | undefined {
  return (
    git(root, 'log', '-1', '--format=%H', '--extended-regexp', '--grep', '^Release [0-9]+[.][0-9]+[.][0-9]+$') ||
    undefined
  )
}

/** A revision with the content of the working tree, as far as git tracks its files. */
export function presentRevision(): string {
  return git(root, 'stash', 'create') || 'HEAD'
}

/**
 * Makes a folder with the files of a revision, ready to run. It uses the installed packages of this repository, unless the revision has
 * others; then these are installed.
 */
export async function makeVersionTree(revision: string, folder: string, say: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true })
  const unpacking = run('tar', ['-x', '-C', folder])
  unpacking.child.stdin?.end(gitBytes(root, 'archive', '--format=tar', revision))
  await unpacking
  if (packagesOf(await lockOf(folder)) !== packagesOf(await lockOf(root))) {
    say(`${revision} has other packages: npm ci`)
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, maxBuffer: 2 ** 28 })
    return
  }
  await linkModules(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const kind of ['libs', 'apps'])
    for (const room of await readdir(join(root, kind)))
      await linkModules(join(root, kind, room, 'node_modules'), join(folder, kind, room, 'node_modules'))
  await run('npm', ['run', '-s', 'generate'], { cwd: folder })
}

/** Links the packages of others. A link to one of our packages is relative, so it leads into the new folder. */
async function linkModules(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => [])
  if (names.length > 0) await mkdir(to, { recursive: true })
  for (const name of names.filter((one) => !/^\.(?!bin$)/.test(one))) {
    if (name === '@assay') {
      await mkdir(join(to, name), { recursive: true })
      for (const room of await readdir(join(from, name)))
        await symlink(await readlink(join(from, name, room)), join(to, name, room))
      continue
    }
    const isOurs = (await lstat(join(from, name))).isSymbolicLink()
    await symlink(isOurs ? await readlink(join(from, name)) : join(from, name), join(to, name))
  }
}

async function lockOf(folder: string): Promise<string> {
  return readFile(join(folder, 'package-lock.json'), 'utf8')
}

/** Only packages of others, because the version of our own changes with each release. */
function packagesOf(lock: string): string {
  const { packages } = JSON.parse(lock) as { packages: Record<string, object> }
  return JSON.stringify(Object.entries(packages).filter(([path]) => /(^|\/)node_modules\/(?!@assay\/)/.test(path)))
}
