import { execFileSync } from 'node:child_process'

/** The output of git, without the last end of line. @throws Error with the message of git */
export function git(root: string, ...args: string[]): string {
  return gitBytes(root, ...args)
    .toString()
    .replace(/\n$/, '')
}

export function gitBytes(root: string, ...args: string[]): Buffer {
  try {
    // A setting that shows signatures would add them to the output that is read here.
    return execFileSync('git', ['-c', 'log.showSignature=false', ...args], {
      cwd: root,
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer }
    throw new Error(`git ${args.join(' ')}: ${stderr?.toString().trim() ?? error}`)
  }
}

/** The commit of a revision; undefined where there is none. */
export function commitOf(root: string, revision: string): string | undefined {
  try {
    return git(root, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`)
  } catch {
    return undefined
  }
}

/** The paths of all files of a commit. */
export function committedPaths(root: string, commit: string): string[] {
  // Without -z, git quotes names that are not ASCII.
  return git(root, 'ls-tree', '-r', '-z', '--name-only', commit)
    .split('\0')
    .filter((path) => path !== '')
}

/** A tar of a commit, or of some of its files, with default settings instead of those of this machine. */
export function archiveOf(root: string, ...args: string[]): Buffer {
  return gitBytes(root, '-c', 'core.autocrlf=false', '-c', 'tar.umask=0002', 'archive', '--format=tar', ...args)
}

/** Files that differ from HEAD, also untracked ones. */
export function changedFiles(root: string): string[] {
  const lines = git(root, 'status', '--porcelain', '--untracked-files=all', '--no-renames', '-z')
  return lines.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]))
}
