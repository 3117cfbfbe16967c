import { execFileSync } from 'node:child_process'

/** What git prints, without the last end of line. @throws Error with git's own words */
export function git(root: string, ...args: string[]): string {
  return gitBytes(root, ...args)
    .toString()
    .replace(/\n$/, '')
}

export function gitBytes(root: string, ...args: string[]): Buffer {
  try {
    return execFileSync('git', args, { cwd: root, maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] })
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

/** Files that differ from HEAD, also such as git does not know yet. */
export function changedFiles(root: string): string[] {
  const lines = git(root, 'status', '--porcelain', '--untracked-files=all', '--no-renames', '-z')
  return lines.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]))
}
