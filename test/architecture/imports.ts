import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** The names of the packages below `libs` or `apps`. */
export const folders = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)

/** Every module that the shipped sources of a package import (tests and benchmarks may look around). */
export function importsOf(packagePath: string): { file: string; specifier: string }[] {
  const src = join(root, packagePath, 'src')
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && !/\.test\.ts$|(^|\/)(testing|conformance\/)/.test(file) && !file.includes('generated'),
    )
    .flatMap((file) =>
      [
        ...readFileSync(join(src, file), 'utf8').matchAll(
          /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]/gms,
        ),
      ].map((match) => ({ file: `${packagePath}/src/${file}`, specifier: match[1] ?? '' })),
    )
}

/** The room of a package of ours. */
export const roomOf = (specifier: string) => /^@assay\/([^/]+)/.exec(specifier)?.[1]
