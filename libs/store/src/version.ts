import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The version of Assay that this process runs, such as `0.2.0`; all packages have the same version. */
export async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string
  }
  return version
}

/** Compares two versions such as `0.10.2`: negative when `a` is the earlier one, 0 when they are equal. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]]
  for (const [place, number] of left.entries()) {
    const difference = number - (right[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
